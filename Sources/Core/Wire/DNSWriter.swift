/// Writes the parts of a DNS message.
struct DNSWriter {
    private(set) var bytes: [UInt8] = []
    /// Where names, and the ends of names, were written.
    private var places: [[[UInt8]]: Int] = [:]

    /// A pointer has 14 bits.
    private static let farthest = 0x3fff
    private static let highestBit: UInt16 = 0x8000

    mutating func word(_ word: UInt16) {
        bytes.append(UInt8(word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word))
    }

    /// Writes a name; the end of it that was written before is referred to.
    ///
    /// Source: RFC 1035, section 4.1.4.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - compressed: Whether it may refer back; others may always refer to it.
    mutating func name(_ name: DNSName, compressed: Bool = true) {
        let folded = name.folded
        for (index, label) in name.labels.enumerated() {
            let rest = Array(folded[index...])
            if compressed, let place = places[rest] {
                return word(0xc000 | UInt16(place))
            }
            if bytes.count <= Self.farthest, places[rest] == nil { places[rest] = bytes.count }
            bytes.append(UInt8(label.count))
            bytes += label
        }
        bytes.append(0)
    }

    mutating func question(_ question: DNSQuestion) {
        name(question.name)
        word(question.type)
        word(question.questionClass | (question.wantsUnicast ? Self.highestBit : 0))
    }

    mutating func record(_ record: DNSRecord) {
        name(record.name)
        word(record.data.type)
        word(record.recordClass | (record.flushesCache ? Self.highestBit : 0))
        word(UInt16(record.timeToLive >> 16))
        word(UInt16(truncatingIfNeeded: record.timeToLive))
        let lengthPlace = bytes.count
        word(0)
        data(record.data)
        let length = UInt16(clamping: bytes.count - lengthPlace - 2)
        bytes[lengthPlace] = UInt8(length >> 8)
        bytes[lengthPlace + 1] = UInt8(truncatingIfNeeded: length)
    }

    fileprivate mutating func data(_ data: DNSRecord.Data, compressed: Bool = true) {
        switch data {
        case .a(let address):
            bytes += address.bytes
        case .aaaa(let address):
            bytes += address.bytes
        case .ptr(let target):
            name(target, compressed: compressed)
        case .srv(let port, let host, let priority, let weight):
            word(priority)
            word(weight)
            word(port)
            // Not every reader follows a pointer here; RFC 2782.
            name(host, compressed: false)
        case .txt(let strings):
            for string in strings {
                bytes.append(UInt8(clamping: string.count))
                bytes += string.prefix(255)
            }
        case .other(_, let content):
            bytes += content
        }
    }
}

extension DNSRecord {
    /// Class, type and uncompressed data: by these records are compared; RFC 6762, section 8.2.1.
    var comparisonKey: [UInt8] {
        var writer = DNSWriter()
        writer.word(recordClass)
        writer.word(data.type)
        writer.data(data, compressed: false)
        return writer.bytes
    }
}
