/// The types of records that discovery uses; RFC 1035, section 3.2.2, RFC 3596 and RFC 2782.
package enum DNSType {
    package static let a: UInt16 = 1
    package static let ptr: UInt16 = 12
    package static let txt: UInt16 = 16
    package static let aaaa: UInt16 = 28
    package static let srv: UInt16 = 33
    /// In questions only.
    package static let any: UInt16 = 255
}

/// A resource record; RFC 1035, section 3.2.1.
package struct DNSRecord: Equatable, Sendable {
    /// What it says of its name.
    package enum Data: Hashable, Sendable {
        case a(IPv4Address)
        case aaaa(IPv6Address)
        case ptr(DNSName)
        case txt([[UInt8]])
        case srv(port: UInt16, host: DNSName, priority: UInt16, weight: UInt16)
        case other(type: UInt16, [UInt8])

        package var type: UInt16 {
            switch self {
            case .a: DNSType.a
            case .aaaa: DNSType.aaaa
            case .ptr: DNSType.ptr
            case .txt: DNSType.txt
            case .srv: DNSType.srv
            case .other(let type, _): type
            }
        }
    }

    /// The class IN; without its highest bit.
    package static let internet: UInt16 = 1

    package var name: DNSName
    package var data: Data
    package var recordClass: UInt16
    /// Whoever has older records of this name and type forgets them; RFC 6762, section 10.2.
    package var flushesCache: Bool
    /// In seconds.
    package var timeToLive: UInt32

    package init(
        _ name: DNSName,
        _ data: Data,
        timeToLive: UInt32,
        flushesCache: Bool = false,
        recordClass: UInt16 = internet
    ) {
        self.name = name
        self.data = data
        self.timeToLive = timeToLive
        self.flushesCache = flushesCache
        self.recordClass = recordClass
    }

    /// Whether both say the same, for however long.
    package func saysTheSame(as other: DNSRecord) -> Bool {
        name == other.name && recordClass == other.recordClass && data == other.data
    }
}

/// A question; RFC 1035, section 4.1.2.
package struct DNSQuestion: Equatable, Sendable {
    package var name: DNSName
    package var type: UInt16
    package var questionClass: UInt16
    /// An answer to the asker alone will do; RFC 6762, section 5.4.
    package var wantsUnicast: Bool

    package init(
        _ name: DNSName,
        _ type: UInt16,
        wantsUnicast: Bool = false,
        questionClass: UInt16 = DNSRecord.internet
    ) {
        self.name = name
        self.type = type
        self.wantsUnicast = wantsUnicast
        self.questionClass = questionClass
    }

    /// Whether a record answers it; the class 255 means any.
    package func isAnswered(by record: DNSRecord) -> Bool {
        (type == DNSType.any || type == record.data.type)
            && (questionClass == 255 || questionClass == record.recordClass)
            && name == record.name
    }
}
