/// Text over TCP: the messages must not depend on the pieces in which the stream comes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTextStream(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let text = Array(bytes.dropFirst())
    let inPieces = messages(text, piece: Int(first) + 1)
    precondition(inPieces == messages(text, piece: text.count + 1))
    var report = TextReport()
    for case .job(let name, let time, _) in inPieces {
        precondition((1...64).contains(name.count))
        report.add(name, time)
    }
    precondition(report.text.count <= TextReport.longest)
    return 0
}

private func messages(_ text: [UInt8], piece: Int) -> [TextStream.Message] {
    var stream = TextStream()
    var messages: [TextStream.Message] = []
    do {
        for start in stride(from: 0, to: text.count, by: piece) {
            stream.append(Array(text[start..<min(start + piece, text.count)]).span)
            while let message = try stream.next() { messages.append(message) }
        }
        stream.endMessage()
        while let message = try stream.next() { messages.append(message) }
        precondition(stream.pendingBytes == 0)
    } catch {
        precondition(text.count > TextStream.longestMessage)
    }
    return messages
}
