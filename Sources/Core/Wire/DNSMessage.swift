/// A DNS message, as multicast DNS uses it: questions, and records that answer them.
///
/// Source: RFC 1035, section 4.1; RFC 6762, section 18.
package struct DNSMessage: Equatable, Sendable {
    /// RFC 6762, section 17.
    package static let longest = 9000
    /// Of questions and records together; more are never needed, and would only cost time.
    package static let mostEntries = 512
    static let headerLength = 12

    private static let responseBit: UInt16 = 0x8000
    private static let truncatedBit: UInt16 = 0x0200
    private static let operationBits: UInt16 = 0x7800
    private static let errorBits: UInt16 = 0x000f
    /// A response of one who knows.
    package static let authoritativeAnswer: UInt16 = 0x8400

    package var id: UInt16
    package var flags: UInt16
    package var questions: [DNSQuestion]
    package var answers: [DNSRecord]
    package var authorities: [DNSRecord]
    package var additionals: [DNSRecord]

    package init(
        id: UInt16 = 0,
        flags: UInt16 = 0,
        questions: [DNSQuestion] = [],
        answers: [DNSRecord] = [],
        authorities: [DNSRecord] = [],
        additionals: [DNSRecord] = []
    ) {
        self.id = id
        self.flags = flags
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
    }

    package var isResponse: Bool { flags & Self.responseBit != 0 }

    /// More known answers follow in another message; RFC 6762, section 7.2.
    package var isTruncated: Bool { flags & Self.truncatedBit != 0 }

    /// Whether it is an ordinary query or response; others are passed over in silence, RFC 6762,
    /// sections 18.3 and 18.11.
    package var isOrdinary: Bool { flags & (Self.operationBits | Self.errorBits) == 0 }

    /// All records, whichever part they are in.
    package var records: [DNSRecord] { answers + authorities + additionals }
}

extension DNSMessage {
    /// Reads a datagram.
    ///
    /// Nothing is reserved for what the header promises, so a promise costs nothing.
    ///
    /// - Parameter datagram: The whole of it.
    /// - Throws: What keeps it from being a message.
    package init(_ datagram: [UInt8]) throws(DNSError) {
        guard datagram.count <= Self.longest else { throw .tooLong(bytes: datagram.count) }
        var reader = DNSReader(datagram)
        id = try reader.word("header")
        flags = try reader.word("header")
        var counts: [Int] = []
        for _ in 0..<4 { counts.append(Int(try reader.word("header"))) }
        // All of them may be said to be 65535; what is not there is missed soon enough.
        guard counts.reduce(0, +) <= Self.mostEntries else { throw .tooManyEntries }
        questions = []
        for _ in 0..<counts[0] { questions.append(try reader.question()) }
        answers = try reader.records(counts[1])
        authorities = try reader.records(counts[2])
        additionals = try reader.records(counts[3])
        guard reader.rest == 0 else { throw .trailingBytes(reader.rest) }
    }

    /// The message in bytes, with names compressed where the RFCs allow it.
    package var bytes: [UInt8] {
        var writer = DNSWriter()
        writer.word(id)
        writer.word(flags)
        for count in [questions.count, answers.count, authorities.count, additionals.count] {
            writer.word(UInt16(clamping: count))
        }
        for question in questions { writer.question(question) }
        for record in records { writer.record(record) }
        return writer.bytes
    }
}
