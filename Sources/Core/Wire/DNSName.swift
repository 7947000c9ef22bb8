/// A domain name: labels, compared without regard to the case of ASCII letters.
///
/// Source: RFC 1035, section 3.1; RFC 6762, section 16, has any UTF-8 in a label.
package struct DNSName: Sendable {
    /// Of bytes in a label.
    package static let longestLabel = 63
    /// Of bytes in a message, with the lengths and the root.
    package static let longest = 255

    package let labels: [[UInt8]]

    /// A name of labels of 1 to 63 bytes each, which all together fit into a message.
    package init(_ labels: [[UInt8]]) throws(DNSError) {
        for label in labels where !(1...Self.longestLabel).contains(label.count) {
            throw .labelLength(label.count)
        }
        let length = labels.reduce(1) { $0 + $1.count + 1 }
        guard length <= Self.longest else { throw .nameTooLong }
        self.labels = labels
    }

    /// Whether it lies directly under another name.
    package func isChild(of other: DNSName) -> Bool {
        labels.count == other.labels.count + 1
            && zip(labels.dropFirst(), other.labels).allSatisfy { Self.areEqual($0, $1) }
    }

    /// The first label as text, made safe to show.
    package var firstLabel: String {
        labels.first.map { Sanitizer.sanitize($0.span) } ?? ""
    }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// All labels in lower case: equal for equal names, and what a message refers back to.
    var folded: [[UInt8]] { labels.map { $0.map(Self.lowercase) } }
}

extension DNSName: Hashable {
    package static func == (left: DNSName, right: DNSName) -> Bool {
        left.labels.count == right.labels.count
            && zip(left.labels, right.labels).allSatisfy { areEqual($0, $1) }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

extension DNSName: CustomStringConvertible {
    /// With dots between the labels and after the last, made safe to show.
    package var description: String {
        labels.map { Sanitizer.sanitize($0.span) + "." }.joined()
    }
}

/// Why some bytes are no DNS message; the sentence names the field and its limit.
package enum DNSError: Error, Equatable, Sendable {
    case tooLong(bytes: Int)
    case truncated(field: String)
    case tooManyEntries
    case labelLength(Int)
    case labelKind(UInt8)
    case nameTooLong
    case forwardPointer(at: Int, to: Int)
    case recordLength(type: UInt16)
    case trailingBytes(Int)
}

extension DNSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes):
            "the message has \(bytes) bytes, at most \(DNSMessage.longest) are allowed"
        case .truncated(let field):
            "the message ends inside the \(field)"
        case .tooManyEntries:
            "the message has more than \(DNSMessage.mostEntries) questions and records"
        case .labelLength(let count):
            "a label has \(count) bytes, allowed are 1 to \(DNSName.longestLabel)"
        case .labelKind(let byte):
            "a label begins with the byte \(byte), which is neither a length nor a pointer"
        case .nameTooLong:
            "a name has more than \(DNSName.longest) bytes"
        case .forwardPointer(let position, let target):
            "the pointer at byte \(position) leads to byte \(target), which does not lie before its "
                + "name"
        case .recordLength(let type):
            "the data of a record of type \(type) has another length than it says"
        case .trailingBytes(let count):
            "\(count) bytes follow the message"
        }
    }
}
