/// The JSON reader and the requests of the buffer server.
///
/// The first byte says in what pieces the stream comes; what the framing takes for an object must
/// not depend on that, and what is read must come back the same when it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let text = Array(bytes.dropFirst())
    precondition(end(of: text, piece: Int(first) + 1) == end(of: text, piece: text.count + 1))
    if let call = try? BufferCall(text) {
        precondition(call.mailbox.utf8.count <= 3 * BufferCall.longestMailbox)
        precondition((call.patience.forUnit ?? .zero) <= Patience.longest)
        check(call.request)
    }
    checkViews(of: text)
    if let object = try? JSONObject(text), let item = object["item"] {
        let quoted = JSONString.quoted(item.text)
        precondition(item.kind != .string || quoted.count <= item.raw.count)
        let again = try? JSONObject(Array("{\"item\":".utf8) + quoted + [0x7d])
        precondition(again.map { $0["item"]?.text == item.text } ?? (text.count > 65_000))
    }
    return 0
}

/// Every reply is an object itself, however large or odd the item.
private func check(_ request: BufferRequest) {
    switch request {
    case .putItem(_, let item):
        check(BufferReply.itemPut(item, size: 1))
        check(BufferReply.itemTaken(item, size: 1))
    case .putDocument(let label, let document):
        check(BufferReply.documentPut(label: label, size: 1))
        check(BufferReply.documentTaken(label: label, document: document, size: 1))
    case .takeItem, .takeDocument, .status: break
    }
}

/// A body of any bytes is a correct item and a correct document for the other dialects.
private func checkViews(of body: [UInt8]) {
    let job = TakenJob(
        id: 1,
        device: .other,
        cpuTime: .zero,
        payload: Payload(.body, body),
        depth: 0
    )
    check(BufferReply.itemTaken(job.asItem(deviceName: "3"), size: 0))
    let (label, document) = job.asDocument(deviceName: "3")
    check(BufferReply.documentTaken(label: label, document: document, size: 0))
}

private func check(_ reply: [UInt8]) {
    do {
        _ = try JSONObject(reply)
    } catch .tooLong {
    } catch {
        preconditionFailure("\(error): \(String(decoding: reply, as: UTF8.self))")
    }
}

/// Where the object ends; -1 where it does not, -2 where it is refused.
private func end(of text: [UInt8], piece: Int) -> Int {
    var framing = JSONFraming()
    var start = 0
    while start < text.count {
        let slice = Array(text[start..<min(start + piece, text.count)])
        do {
            if let end = try framing.end(in: slice.span) { return start + end }
        } catch {
            return -2
        }
        start += piece
    }
    return -1
}
