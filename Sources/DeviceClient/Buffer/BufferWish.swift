import Foundation

/// What a client asks of the buffer server: one JSON object, in dialect A.
struct BufferWish: Encodable, Equatable {
    enum Role: String, Encodable {
        case producer
        case consumer

        /// Begins the client's name, such as `P1`.
        var letter: String { self == .producer ? "P" : "C" }
    }

    let type: Role
    let id: String
    /// What a producer puts.
    var item: String?
    /// What the server wants to be shown.
    var token: String?
    /// Which mailbox; `nil` means the one of the port.
    var mailbox: String?
    /// For how many seconds the server waits for a slot or an item; `nil` means not at all.
    var wait: Double?

    /// The object as it is sent, without a newline.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding text cannot fail.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }
}
