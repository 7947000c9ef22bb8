/// What the buffer server answers: one compact JSON object without a newline.
package enum BufferReply {
    /// Clients of dialect A read so many bytes at most. A larger item cannot fit, but the message
    /// about a smaller one must not push its reply over.
    private static let shortReply = 1024

    package static func error(_ message: String, _ dialect: BufferRequest.Dialect) -> [UInt8] {
        var reply = JSONWriter()
        reply.put("status", dialect == .items ? "error" : "ERROR")
        reply.put("message", message)
        return reply.object
    }

    package static func error(_ error: BufferRequestError) -> [UInt8] {
        Self.error("\(error)", error.dialect)
    }

    // MARK: - Dialect A

    /// The item is as it was written; the size is how many jobs are in the buffer now.
    package static func itemPut(_ item: [UInt8], size: Int) -> [UInt8] {
        aboutItem(item) { text in
            var reply = JSONWriter()
            reply.put("status", "success")
            reply.put("message", "Item \"\(text)\" added to buffer")
            reply.put("buffer_size", size)
            return reply.object
        }
    }

    package static func itemTaken(_ item: [UInt8], size: Int) -> [UInt8] {
        aboutItem(item) { text in
            var reply = JSONWriter()
            reply.put("status", "success")
            reply.put("item", json: item)
            reply.put("message", "Item \"\(text)\" consumed")
            reply.put("buffer_size", size)
            return reply.object
        }
    }

    package static let noItem = error("Buffer is empty. No items to consume.", .items)
    package static let noRoomForItem = error("Buffer is full. Try again later.", .items)

    /// The item's whole text is in the message only where the reply stays short with it.
    private static func aboutItem(_ item: [UInt8], _ reply: (String) -> [UInt8]) -> [UInt8] {
        let text = String(decoding: JSONValue(raw: item).text, as: UTF8.self)
        if item.count < shortReply {
            let whole = reply(Sanitizer.sanitize(text))
            if whole.count <= shortReply { return whole }
        }
        return reply(Excerpt.of(text))
    }

    // MARK: - Dialect B

    package static func documentPut(label: [UInt8], size: Int) -> [UInt8] {
        let number = Sanitizer.sanitize(JSONValue(raw: label).text.span)
        var reply = JSONWriter()
        reply.put("status", "SUCCESS")
        reply.put("message", "Added student\(number).xml")
        reply.put("buffer_size", size)
        return reply.object
    }

    package static func documentTaken(label: [UInt8], document: [UInt8], size: Int) -> [UInt8] {
        var reply = JSONWriter()
        reply.put("status", "SUCCESS")
        reply.put("file_number", json: label)
        reply.put("xml_data", json: JSONString.quoted(document))
        reply.put("buffer_size", size)
        return reply.object
    }

    package static func noDocument(size: Int) -> [UInt8] {
        refused("EMPTY", "Buffer is empty", size: size)
    }

    package static func noRoomForDocument(size: Int) -> [UInt8] {
        refused("FULL", "Buffer is full", size: size)
    }

    package static func status(size: Int, capacity: Int) -> [UInt8] {
        var reply = JSONWriter()
        reply.put("status", "SUCCESS")
        reply.put("buffer_size", size)
        reply.put("buffer_max", capacity)
        return reply.object
    }

    private static func refused(_ status: String, _ message: String, size: Int) -> [UInt8] {
        var reply = JSONWriter()
        reply.put("status", status)
        reply.put("message", message)
        reply.put("buffer_size", size)
        return reply.object
    }
}
