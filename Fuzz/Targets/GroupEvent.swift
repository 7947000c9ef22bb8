/// The bytes as a line of a group; what is read is written again, and read again as the same event.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let datagram = Array(UnsafeBufferPointer(start: data, count: size))
    do {
        let line = try GroupLine(datagram)
        precondition(line.signed.count <= GroupEvent.longestLine)
        precondition(line.code.map { $0.count == GroupLine.codeBytes } ?? true)
        let event = line.event
        let again = try GroupLine(event.line(leaving: 0)).event
        precondition(again == event)
    } catch let error as GroupEventError {
        precondition(!error.description.isEmpty)
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
