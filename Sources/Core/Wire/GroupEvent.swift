/// Something that a server tells its group, in one line of text:
/// `SBX1 <group> <sender> <epoch> <seq> <EVENT> k=v…[ mac=<16 hex>]`.
///
/// An event is a hint: it may be lost, and the engine is the truth. The sequence tells what was
/// lost, the epoch that the sender began anew.
package struct GroupEvent: Equatable, Sendable {
    /// What happened; a receiver passes over names that it does not know.
    package struct Name: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package init(_ text: String) { description = text }

        package static let full = Name("FULL")
        package static let empty = Name("EMPTY")
        /// Nobody in the sender's engine can go on.
        package static let stuck = Name("STUCK")
        package static let shutdown = Name("SHUTDOWN")
        package static let heartbeat = Name("HEARTBEAT")
    }

    /// One of the `k=v` after the name.
    package struct Field: Equatable, Sendable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package static let longestLine = 512
    /// The most bytes of a group's, a sender's and an event's name, and of a field's key.
    package static let longestWord = 64
    package static let mostFields = 32
    static let mark = "SBX1"
    /// Says in a signed event when it was sent, in milliseconds since 1970.
    static let timeKey = "sent"
    /// How far that may be from now, in milliseconds: what was overheard earlier is not believed again.
    static let window: UInt64 = 60_000

    package var group: String
    package var sender: String
    /// When the sender began, as a number that only grows.
    package var epoch: UInt64
    /// 1, 2, 3, … in each epoch.
    package var sequence: UInt64
    package var name: Name
    package var fields: [Field]

    package init(
        group: String,
        sender: String,
        epoch: UInt64,
        sequence: UInt64,
        name: Name,
        fields: [Field] = []
    ) {
        self.group = group
        self.sender = sender
        self.epoch = epoch
        self.sequence = sequence
        self.name = name
        self.fields = fields
    }

    /// The value of the first field with this key.
    package subscript(key: String) -> String? {
        fields.first { $0.key == key }?.value
    }

    /// Whether a group, a sender or an event may be called so: 1 to 64 printable ASCII characters
    /// without spaces and `=`.
    package static func isWord(_ text: String) -> Bool {
        (1...longestWord).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "=") }
    }

    /// The line without a code and without an end of line; fields for which there is no room are
    /// left out, where so many bytes shall be free after it.
    func line(leaving room: Int) -> [UInt8] {
        var line = Array("\(Self.mark) \(group) \(sender) \(epoch) \(sequence) \(name)".utf8)
        for field in fields {
            let text = " \(field.key)=\(field.value)"
            if line.count + text.utf8.count <= Self.longestLine - room { line += text.utf8 }
        }
        return line
    }
}
