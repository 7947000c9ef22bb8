/// `/status`: the mailboxes as STATUS tells them, and the devices, in JSON.
enum StatusPage {
    /// The standard mailbox, all devices, and the mailboxes by name.
    static func text(_ report: ServerReport) -> [UInt8] {
        var page = JSONWriter()
        write(report.standard, to: &page)
        page.put("devices", json: devices(report))
        page.put("mailboxes", json: list(report.mailboxes.map(named)))
        return page.object
    }

    /// One mailbox, how long its jobs waited, and by what messages for it can be addressed.
    static func text(_ mailbox: ServerReport.Mailbox) -> [UInt8] {
        var page = JSONWriter()
        page.put("mailbox", mailbox.name)
        write(mailbox, to: &page)
        page.put("waiting_seconds", json: waits(mailbox.waits()))
        let destinations = mailbox.destinations.map { destination in
            var entry = JSONWriter()
            entry.put("kind", "\(destination.kind)")
            entry.put("text", destination.text)
            return entry.object
        }
        page.put("destinations", json: list(destinations))
        return page.object
    }

    /// While nobody waited there is only the count.
    private static func waits(_ waits: ServerReport.Waits) -> [UInt8] {
        var page = JSONWriter()
        page.put("count", json: "\(waits.count)".utf8)
        let times: [(StaticString, Microseconds?)] = [
            ("mean", waits.mean), ("median", waits.median), ("p99", waits.slowest),
        ]
        for (name, time) in times {
            if let time { page.put(name, json: "\(time)".utf8) }
        }
        return page.object
    }

    private static func named(_ mailbox: ServerReport.Mailbox) -> [UInt8] {
        var entry = JSONWriter()
        entry.put("mailbox", mailbox.name)
        write(mailbox, to: &entry)
        return entry.object
    }

    private static func write(_ mailbox: ServerReport.Mailbox, to page: inout JSONWriter) {
        let counts = mailbox.counts
        var semaphores = JSONWriter()
        semaphores.put("empty", counts.empty)
        semaphores.put("full", counts.full)
        page.put("produced", counts.produced)
        page.put("consumed", counts.consumed)
        page.put("depth", counts.depth)
        page.put("capacity", counts.capacity)
        page.put("waiting_put", counts.waitingPut)
        page.put("waiting_take", counts.waitingTake)
        page.put("semaphores", json: semaphores.object)
    }

    private static func devices(_ report: ServerReport) -> [UInt8] {
        list(
            report.labelledDevices.map { device in
                var entry = JSONWriter()
                entry.put("id", device.name)
                entry.put("seconds", json: "\(device.cpuTime)".utf8)
                return entry.object
            }
        )
    }

    private static func list(_ entries: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + entries.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }
}
