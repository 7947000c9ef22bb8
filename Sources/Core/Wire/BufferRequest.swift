/// What a client of the buffer server asks for, in either of its two JSON dialects.
package enum BufferRequest: Equatable, Sendable {
    /// Dialect A, `type` producer: any JSON value as it was written, from the device of this name.
    case putItem(device: String, item: [UInt8])
    /// Dialect A, `type` consumer. Its `id` is for people, and may be left out.
    case takeItem(client: String?)
    /// Dialect B, PRODUCE: a label as it was written, never part of a path, and a document in UTF-8.
    case putDocument(label: [UInt8], document: [UInt8])
    /// Dialect B, CONSUME.
    case takeDocument
    /// Dialect B, STATUS.
    case status

    /// The forms in which a reply can be written.
    package enum Dialect: Equatable, Sendable {
        /// A: the key `type`, states in small letters.
        case items
        /// B: the key `command`, states in capitals.
        case documents
    }

    package static let longestLabel = 64
    package static let longestDevice = TextJob.longestName
    /// The device of every document. A label names a document and not who sends it; a device for
    /// each would only fill the table of devices.
    package static let documentDevice = "xml"

    /// The request that an object is.
    init(_ object: JSONObject) throws(BufferRequestError) {
        switch (object["type"], object["command"]) {
        case (_?, _?): throw .twoDialects
        case (nil, let command?): self = try Self.documents(object, command)
        case (let type, nil): self = try Self.items(object, type)
        }
    }

    package var dialect: Dialect {
        switch self {
        case .putItem, .takeItem: .items
        case .putDocument, .takeDocument, .status: .documents
        }
    }

    private static func items(
        _ object: JSONObject,
        _ type: JSONValue?
    ) throws(BufferRequestError) -> BufferRequest {
        guard let type, type.kind == .string else { throw .unknownType }
        if type.text.elementsEqual("producer".utf8) {
            guard let id = object["id"] else { throw .missing("id", .items) }
            guard let item = object["item"] else { throw .missing("item", .items) }
            return .putItem(device: try device(id), item: item.raw)
        }
        guard type.text.elementsEqual("consumer".utf8) else { throw .unknownType }
        guard let id = object["id"] else { return .takeItem(client: nil) }
        return .takeItem(client: try device(id))
    }

    private static func device(_ id: JSONValue) throws(BufferRequestError) -> String {
        guard id.kind == .string || id.kind == .number else {
            throw .wrongKind("id", "a string or a number", .items)
        }
        let name = Sanitizer.sanitize(id.text.span)
        guard (1...longestDevice).contains(name.utf8.count) else {
            throw .badLength("id", bytes: name.utf8.count, allowed: 1...longestDevice, .items)
        }
        return name
    }

    private static func documents(
        _ object: JSONObject,
        _ command: JSONValue
    ) throws(BufferRequestError) -> BufferRequest {
        guard command.kind == .string else { throw .unknownCommand }
        switch String(decoding: command.text, as: UTF8.self) {
        case "PRODUCE": return try document(object)
        case "CONSUME": return .takeDocument
        case "STATUS": return .status
        default: throw .unknownCommand
        }
    }

    private static func document(_ object: JSONObject) throws(BufferRequestError) -> BufferRequest {
        guard let label = object["file_number"] else { throw .missing("file_number", .documents) }
        guard label.kind == .string || label.kind == .number else {
            throw .wrongKind("file_number", "a string or a number", .documents)
        }
        guard label.raw.count <= longestLabel else {
            throw .badLength(
                "file_number",
                bytes: label.raw.count,
                allowed: 1...longestLabel,
                .documents
            )
        }
        guard let document = object["xml_data"] else { throw .missing("xml_data", .documents) }
        guard document.kind == .string else { throw .wrongKind("xml_data", "a string", .documents) }
        return .putDocument(label: label.raw, document: document.text)
    }
}
