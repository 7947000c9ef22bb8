/// The bytes as a datagram: its dialect, and the job in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let datagram = UnsafeBufferPointer(start: data, count: size)
    if case .text(let job) = DatagramDialect(datagram.span) {
        precondition(job.cpuTime <= Job.longestCPUTime)
        job.withName(in: datagram.span) { name in
            precondition((1...TextJob.longestName).contains(name.count))
            let text = name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            precondition(Sanitizer.sanitize(text) == text)
        }
    }
    do {
        _ = try TextJob(datagram.span)
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
