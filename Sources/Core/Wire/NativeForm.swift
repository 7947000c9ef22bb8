/// The other way to represent data: the sender writes values as they lie in its own memory and says
/// what its memory is like; a receiver of another kind converts them.
///
/// Two machines of one kind convert nothing, where with XDR two little-endian machines convert every
/// number twice. A form begins with the identifier of the architecture: the byte order (1 little,
/// 2 big), then the bytes of a word (4 or 8). An integer is one word; a text is its length, one word,
/// and its bytes without padding.
package enum NativeForm {
    /// What the two sides must agree about, or convert.
    package struct Architecture: Equatable, Sendable {
        package enum ByteOrder: UInt8, Sendable {
            case little = 1
            case big = 2
        }

        package let byteOrder: ByteOrder
        /// How many bytes an integer has: 4 or 8.
        package let wordSize: Int

        package init(_ byteOrder: ByteOrder, wordSize: Int) {
            precondition(wordSize == 4 || wordSize == 8, "a word has 4 or 8 bytes, not \(wordSize)")
            self.byteOrder = byteOrder
            self.wordSize = wordSize
        }

        /// This machine's.
        package static let own = Architecture(
            Int(littleEndian: 1) == 1 ? .little : .big,
            wordSize: MemoryLayout<Int>.size
        )

        package var identifier: [UInt8] { [byteOrder.rawValue, UInt8(wordSize)] }

        fileprivate var words: ClosedRange<Int64> {
            wordSize == 8 ? .min ... .max : Int64(Int32.min)...Int64(Int32.max)
        }
    }

    package enum Value: Equatable, Sendable {
        case integer(Int64)
        case text([UInt8])
    }

    package enum Kind: Sendable {
        case integer
        case text
    }

    package struct Message: Equatable, Sendable {
        package let sender: Architecture
        package let values: [Value]
        /// How many words had to be converted: none where both sides are of one kind.
        package let convertedWords: Int
    }

    package enum Failure: Error, Equatable, Sendable {
        case unknownArchitecture([UInt8])
        case truncated(value: Int, needed: Int, left: Int)
        case tooLong(value: Int, length: Int64, limit: Int)
        case wordTooLarge(value: Int, Int64, receiver: Architecture)
        case trailing(bytes: Int)
    }

    package static let longestText = 4096

    /// Marshals the values as a sender of this architecture does.
    ///
    /// - Parameters:
    ///   - values: Integers must fit into the sender's words.
    ///   - sender: Who sends.
    /// - Returns: The identifier and the values.
    package static func encode(
        _ values: [Value],
        as sender: Architecture = .own
    ) -> [UInt8] {
        var bytes = sender.identifier
        for value in values {
            switch value {
            case .integer(let number):
                bytes += word(number, sender)
            case .text(let text):
                bytes += word(Int64(text.count), sender) + text
            }
        }
        return bytes
    }

    /// Unmarshals the values, converting them where the sender's architecture is not the receiver's.
    ///
    /// - Parameters:
    ///   - bytes: What `encode` made, perhaps elsewhere.
    ///   - kinds: The values' kinds, which both sides know.
    ///   - receiver: Who receives.
    /// - Returns: The values, and how much was converted.
    /// - Throws: What is wrong, and with which value, the first being 0.
    package static func decode(
        _ bytes: [UInt8],
        as kinds: [Kind],
        for receiver: Architecture = .own
    ) throws(Failure) -> Message {
        guard bytes.count >= 2, let order = Architecture.ByteOrder(rawValue: bytes[0]),
            bytes[1] == 4 || bytes[1] == 8
        else { throw .unknownArchitecture(Array(bytes.prefix(2))) }
        let sender = Architecture(order, wordSize: Int(bytes[1]))
        var rest = bytes[2...]
        var values: [Value] = []
        for (number, kind) in kinds.enumerated() {
            let word = try word(&rest, sender, value: number)
            guard receiver.words.contains(word) else {
                throw .wordTooLarge(value: number, word, receiver: receiver)
            }
            switch kind {
            case .integer: values.append(.integer(word))
            case .text: values.append(.text(try text(&rest, length: word, value: number)))
            }
        }
        guard rest.isEmpty else { throw .trailing(bytes: rest.count) }
        return Message(
            sender: sender,
            values: values,
            convertedWords: sender == receiver ? 0 : kinds.count
        )
    }

    private static func word(_ number: Int64, _ sender: Architecture) -> [UInt8] {
        precondition(sender.words.contains(number), "\(number) does not fit into a sender's word")
        let little = withUnsafeBytes(of: number.littleEndian) { Array($0.prefix(sender.wordSize)) }
        return sender.byteOrder == .little ? little : little.reversed()
    }

    private static func word(
        _ rest: inout ArraySlice<UInt8>,
        _ sender: Architecture,
        value: Int
    ) throws(Failure) -> Int64 {
        guard rest.count >= sender.wordSize else {
            throw .truncated(value: value, needed: sender.wordSize, left: rest.count)
        }
        let bytes = rest.prefix(sender.wordSize)
        rest = rest.dropFirst(sender.wordSize)
        let bits = (sender.byteOrder == .big ? Array(bytes) : bytes.reversed())
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return sender.wordSize == 8
            ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
    }

    private static func text(
        _ rest: inout ArraySlice<UInt8>,
        length: Int64,
        value: Int
    ) throws(Failure) -> [UInt8] {
        guard (0...Int64(longestText)).contains(length) else {
            throw .tooLong(value: value, length: length, limit: longestText)
        }
        guard length <= rest.count else {
            throw .truncated(value: value, needed: Int(length), left: rest.count)
        }
        let text = Array(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        return text
    }
}

extension NativeForm.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownArchitecture(let bytes):
            "the architecture is \(bytes), known are the byte orders 1 and 2 with words of 4 or 8 bytes"
        case .truncated(let value, let needed, let left):
            "value \(value) needs \(needed) bytes, \(left) are left"
        case .tooLong(let value, let length, let limit):
            "value \(value) has the length \(length), at most \(limit) is allowed"
        case .wordTooLarge(let value, let number, let receiver):
            "value \(value) is \(number), which does not fit into the receiver's "
                + "\(receiver.wordSize) bytes"
        case .trailing(let bytes):
            "\(bytes) bytes are left after the last value, 0 are allowed"
        }
    }
}

extension NativeForm.Architecture: CustomStringConvertible {
    package var description: String {
        "\(byteOrder == .little ? "little" : "big") endian, words of \(wordSize) bytes"
    }
}
