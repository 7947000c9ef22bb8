/// The bytes as a sealed datagram: whatever is read can be written again, byte for byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let datagram = UnsafeBufferPointer(start: data, count: size)
    do {
        let sealed = try SealedDatagram(datagram.span)
        precondition(sealed.payload.upperBound + SealedDatagram.codeLength == size)
        precondition(sealed.head.elementsEqual(datagram[..<sealed.payload.lowerBound]))
        if size <= DatagramDialect.longestDatagram,
            case .text(let job) = DatagramDialect(
                UnsafeBufferPointer(rebasing: datagram[sealed.payload]).span
            )
        {
            precondition(job.cpuTime <= Job.longestCPUTime)
        }
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
