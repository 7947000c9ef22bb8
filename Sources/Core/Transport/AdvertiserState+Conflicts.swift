extension AdvertiserState {
    /// After so many names in vain each further one is tried later; RFC 6762, section 8.1.
    private static let quickRenames = 15
    private static let longPause = Microseconds(5_000_000)

    /// Hears what others answer: they may have our names, or take back or repeat what we say too.
    mutating func hear(_ message: DNSMessage, at now: Microseconds) {
        let records = message.answers + message.additionals
        if records.contains(where: isConflict) {
            let isTooOften = renames >= Self.quickRenames
            let pause = isTooOften ? Self.longPause : .zero
            // Whoever had the name defends it when we ask again, and only then we give it up.
            if case .probing = phase { return probe(from: now + pause, renamed: true) }
            return probe(from: now + pause, renamed: false)
        }
        guard isKnown else { return }
        for index in told.indices {
            let record = told[index].record
            for other in records where other.saysTheSame(as: record) {
                if other.timeToLive < record.timeToLive / 2 {
                    // Somebody else's goodbye is not ours; RFC 6762, section 6.6.
                    let earliest = told[index].last.map { $0 + Self.second } ?? .zero
                    told[index].due = max(now + wait(20...120), earliest)
                } else {
                    // Everybody has just heard it; RFC 6762, section 7.4.
                    told[index].due = nil
                }
            }
        }
    }

    /// Whether somebody else claims what only one may have.
    private func isConflict(_ other: DNSRecord) -> Bool {
        guard other.timeToLive > 0, other.recordClass == DNSRecord.internet else { return false }
        if ownAddresses.contains(other.data) { return false }
        let rivals = told.map(\.record).filter { $0.flushesCache && $0.name == other.name }
        guard !rivals.isEmpty, !rivals.contains(where: { $0.data == other.data }) else {
            return false
        }
        if case .probing = phase { return true }
        return rivals.contains { $0.data.type == other.data.type }
    }

    /// Where two claim a name at the same time, the one whose records are greater goes on, and the
    /// other waits a second: then it finds the name taken. RFC 6762, section 8.2.
    ///
    /// - Parameters:
    ///   - claimed: What the other would say.
    ///   - now: The time now.
    /// - Returns: Whether we are the other.
    mutating func isGivingWay(to claimed: [DNSRecord], at now: Microseconds) -> Bool {
        guard case .probing(let sent) = phase, sent > 0, !claimed.isEmpty else { return false }
        let ours = claims
        for name in Set(ours.map(\.name)) {
            let theirs = claimed.filter { $0.name == name }
            guard !theirs.isEmpty else { continue }
            let keys = Self.keys(of: ours.filter { $0.name == name })
            if keys.lexicographicallyPrecedes(Self.keys(of: theirs), by: Self.precedes) {
                probe(from: now + Self.second, renamed: false)
                return true
            }
        }
        return false
    }

    /// Class, type and data of each, in order.
    private static func keys(of records: [DNSRecord]) -> [[UInt8]] {
        records.map(\.comparisonKey).sorted(by: precedes)
    }

    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}
