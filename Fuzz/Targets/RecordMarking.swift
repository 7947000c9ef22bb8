/// The same stream in one piece and in pieces of one to seven bytes has the same records, or the same
/// end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let stream = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let whole = records(in: stream, pieceSize: max(stream.count, 1))
    let parts = records(in: stream, pieceSize: Int(data[0] % 7) + 1)
    precondition(whole.records == parts.records)
    precondition(whole.failed == parts.failed)
    return 0
}

private func records(in stream: [UInt8], pieceSize: Int) -> (records: [[UInt8]], failed: Bool) {
    var marking = RecordMarking()
    var records: [[UInt8]] = []
    for start in stride(from: 0, to: stream.count, by: pieceSize) {
        let piece = Array(stream[start..<min(start + pieceSize, stream.count)])
        var position = 0
        var isUsedUp = false
        while !isUsedUp {
            let finding = piece.withUnsafeBytes { try? marking.next(in: $0, from: &position) }
            switch finding {
            case .inPiece(let range): records.append(Array(piece[range]))
            case .joined: records.append(marking.joined)
            case .needsMore: isUsedUp = true
            case nil: return (records, true)
            }
        }
    }
    return (records, false)
}
