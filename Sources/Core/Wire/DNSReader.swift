/// Reads the parts of a DNS message; each read ends where the bytes do, with an error.
struct DNSReader {
    private let bytes: [UInt8]
    private var position = 0

    private static let pointerBits: UInt8 = 0xc0
    private static let highestBit: UInt16 = 0x8000

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Bytes that were not read.
    var rest: Int { bytes.count - position }

    mutating func byte(_ field: String) throws(DNSError) -> UInt8 {
        guard position < bytes.count else { throw .truncated(field: field) }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func word(_ field: String) throws(DNSError) -> UInt16 {
        let high = try byte(field)
        return UInt16(high) << 8 | UInt16(try byte(field))
    }

    mutating func take(_ count: Int, _ field: String) throws(DNSError) -> [UInt8] {
        guard count <= rest else { throw .truncated(field: field) }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Reads a name, which may go on elsewhere in the message.
    ///
    /// Every pointer must lead before the piece of name that it ends, so there are no loops; and a
    /// name is at most 255 bytes long, so there are few pieces. Source: RFC 1035, section 4.1.4.
    mutating func name() throws(DNSError) -> DNSName {
        var labels: [[UInt8]] = []
        var length = 1
        var start = position
        var end: Int?
        while true {
            let kind = try byte("name")
            if kind == 0 { break }
            switch kind & Self.pointerBits {
            case 0:
                length += Int(kind) + 1
                guard length <= DNSName.longest else { throw .nameTooLong }
                labels.append(try take(Int(kind), "name"))
            case Self.pointerBits:
                let low = try byte("name")
                let target = Int(kind & ~Self.pointerBits) << 8 | Int(low)
                guard target < start, target >= DNSMessage.headerLength else {
                    throw .forwardPointer(at: position - 2, to: target)
                }
                if end == nil { end = position }
                (start, position) = (target, target)
            default:
                throw .labelKind(kind)
            }
        }
        if let end { position = end }
        return try DNSName(labels)
    }

    mutating func question() throws(DNSError) -> DNSQuestion {
        let name = try name()
        let type = try word("question")
        let bits = try word("question")
        return DNSQuestion(
            name,
            type,
            wantsUnicast: bits & Self.highestBit != 0,
            questionClass: bits & ~Self.highestBit
        )
    }

    mutating func records(_ count: Int) throws(DNSError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        for _ in 0..<count { records.append(try record()) }
        return records
    }

    private mutating func record() throws(DNSError) -> DNSRecord {
        let name = try name()
        let type = try word("record")
        let bits = try word("record")
        let high = try word("record")
        let timeToLive = UInt32(high) << 16 | UInt32(try word("record"))
        let length = Int(try word("record"))
        guard length <= rest else { throw .truncated(field: "record") }
        let end = position + length
        let data = try data(type, length)
        guard position == end else { throw .recordLength(type: type) }
        return DNSRecord(
            name,
            data,
            // A negative time is zero; RFC 2181, section 8.
            timeToLive: timeToLive > UInt32(Int32.max) ? 0 : timeToLive,
            flushesCache: bits & Self.highestBit != 0,
            recordClass: bits & ~Self.highestBit
        )
    }

    private mutating func data(
        _ type: UInt16,
        _ length: Int
    ) throws(DNSError) -> DNSRecord.Data {
        switch type {
        case DNSType.a:
            guard length == 4 else { throw .recordLength(type: type) }
            let high = UInt32(try word("address"))
            return .a(IPv4Address(high << 16 | UInt32(try word("address"))))
        case DNSType.aaaa:
            guard length == 16 else { throw .recordLength(type: type) }
            return .aaaa(IPv6Address(try take(16, "address")))
        case DNSType.ptr:
            return .ptr(try name())
        case DNSType.srv:
            let priority = try word("service")
            let weight = try word("service")
            let port = try word("service")
            return .srv(port: port, host: try name(), priority: priority, weight: weight)
        case DNSType.txt:
            return .txt(try strings(until: position + length))
        default:
            return .other(type: type, try take(length, "record"))
        }
    }

    private mutating func strings(until end: Int) throws(DNSError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        while position < end {
            let count = Int(try byte("text"))
            guard position + count <= end else { throw .recordLength(type: DNSType.txt) }
            strings.append(try take(count, "text"))
        }
        // RFC 6763, section 6.1: no string at all means an empty one.
        return strings.isEmpty ? [[]] : strings
    }
}
