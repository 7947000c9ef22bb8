/// A job seen by clients of another dialect than its sender's: items and jobs are one thing.
extension TakenJob {
    /// As the item of JSON dialect A: any JSON value.
    ///
    /// An item is what its sender wrote. Everything else is a string: a document, the body of a
    /// remote call (bad UTF-8 becomes U+FFFD), or for a job without one its text, such as `"3:5"`.
    package func asItem(deviceName: String) -> [UInt8] {
        if let payload, payload.form == .item { return payload.bytes }
        return JSONString.quoted(text(deviceName))
    }

    /// As a document of JSON dialect B, in UTF-8, with its label.
    ///
    /// What is no document has the job's number as its label; an item that is a string is that
    /// string's text, another one is as its sender wrote it.
    package func asDocument(deviceName: String) -> (label: [UInt8], document: [UInt8]) {
        if let payload, case .document(let label) = payload.form { return (label, payload.bytes) }
        return (Array(String(id).utf8), text(deviceName))
    }

    private func text(_ deviceName: String) -> [UInt8] {
        guard let payload else { return Array("\(deviceName):\(cpuTime)".utf8) }
        switch payload.form {
        case .item: return JSONValue(raw: payload.bytes).text
        case .document: return payload.bytes
        case .body where payload.bytes.isEmpty: return Array("\(deviceName):\(cpuTime)".utf8)
        case .body: return Array(String(decoding: payload.bytes, as: UTF8.self).utf8)
        }
    }
}
