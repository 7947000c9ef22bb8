/// `/status`: the buffer as STATUS tells it, and the devices, in JSON.
enum StatusPage {
    static func text(_ report: ServerReport) -> [UInt8] {
        let counts = report.counts
        var semaphores = JSONWriter()
        semaphores.put("empty", counts.empty)
        semaphores.put("full", counts.full)
        var page = JSONWriter()
        page.put("produced", counts.produced)
        page.put("consumed", counts.consumed)
        page.put("depth", counts.depth)
        page.put("capacity", counts.capacity)
        page.put("waiting_put", counts.waitingPut)
        page.put("waiting_take", counts.waitingTake)
        page.put("semaphores", json: semaphores.object)
        page.put("devices", json: devices(report))
        return page.object
    }

    private static func devices(_ report: ServerReport) -> [UInt8] {
        var list = [UInt8(ascii: "[")]
        for device in report.labelledDevices {
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            var entry = JSONWriter()
            entry.put("id", device.name)
            entry.put("seconds", json: "\(device.cpuTime)".utf8)
            list += entry.object
        }
        return list + [UInt8(ascii: "]")]
    }
}
