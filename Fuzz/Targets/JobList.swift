/// Lists of jobs for `signalbox compare`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJobList(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(JobListError) {
        let list = try JobList(csv: bytes)
        precondition((1...JobList.limit).contains(list.entries.count))
        precondition(
            zip(list.entries, list.entries.dropFirst()).allSatisfy { pair in
                pair.0.arrival <= pair.1.arrival
            }
        )
        for entry in list.entries {
            precondition(list.names.indices.contains(Int(entry.device.index)))
            precondition(entry.cpuTime <= Job.longestCPUTime)
        }
    } catch {
        check("\(error)")
    }
    return 0
}

/// A reason is for the terminal.
private func check(_ reason: String) {
    precondition(!reason.unicodeScalars.contains { $0.value < 32 || $0.value == 127 })
}
