/// What was refused, to whom and why: the latest, for people. Any thread may write.
///
/// It is bounded: where there is no room, what was refused longest ago falls out. Senders' addresses
/// may be forged, so writing must cost little whatever they are.
package final class RefusalBook: Sendable {
    package enum Reason: Hashable, Sendable {
        case datagram(Refusal)
        case event(NetworkEvent)
        /// A remote call, and what was wrong with it.
        case call(String)

        package var text: String {
            switch self {
            case .datagram(let refusal): refusal.rawValue
            case .event(let event): event.rawValue
            case .call(let cause): "remote call: \(cause)"
            }
        }
    }

    /// What was refused to one peer for one reason.
    package struct Row: Equatable, Sendable {
        /// Whom that means: an address without the port, or an IPv6 network.
        package let peer: SocketAddress
        package let reason: String
        /// Whose job it was, where that was known; sanitised.
        package let device: String
        package fileprivate(set) var count: Int
        /// When it was refused last, by the engine's clock.
        package let last: Microseconds

        package init(
            peer: SocketAddress,
            reason: String,
            device: String = "",
            count: Int,
            last: Microseconds
        ) {
            self.peer = peer
            self.reason = reason
            self.device = device
            self.count = count
            self.last = last
        }
    }

    fileprivate struct Key: Hashable {
        let network: SocketAddress
        let reason: Reason
        let device: String
    }

    /// What people tell rows apart by.
    private struct RowKey: Hashable {
        let peer: SocketAddress
        let words: [String]
    }

    fileprivate struct Entry {
        var key: Key
        var count = 0
        var last = Microseconds.zero
    }

    fileprivate struct Pages {
        var entries: [Entry] = []
        var places: [Key: Int] = [:]
        /// In which order they were written last; apart, because looking for the least must be fast.
        var order: [UInt64] = []
        var writes: UInt64 = 0
        var latest: Int?
        var recent = RecentCount()
    }

    package static let limit = 256

    private let clock: any EngineClock
    private let pages = Guarded(Pages())

    package init(clock: any EngineClock = SystemClock()) {
        self.clock = clock
    }

    /// Writes that something was refused to somebody.
    func note(_ reason: Reason, by address: SocketAddress, device: String = "") {
        let key = Key(network: address.network, reason: reason, device: device)
        let now = clock.now
        pages.withLock { $0.write(key, at: now) }
    }

    /// The latest first; what reads the same is one row, however it was noted.
    package var rows: [Row] {
        let (entries, order) = pages.withLock { ($0.entries, $0.order) }
        var rows: [Row] = []
        var places: [RowKey: Int] = [:]
        for place in entries.indices.sorted(by: { order[$0] > order[$1] }) {
            let row = Row(entries[place])
            let key = RowKey(peer: row.peer, words: [row.reason, row.device])
            if let place = places[key] {
                rows[place].count += row.count
            } else {
                places[key] = rows.count
                rows.append(row)
            }
        }
        return rows
    }

    /// How much was refused within the last minute.
    package var lastMinute: Int {
        let now = clock.now
        return pages.withLock { $0.recent.count(at: now) }
    }
}

extension RefusalBook.Row {
    fileprivate init(_ entry: RefusalBook.Entry) {
        self.init(
            peer: entry.key.network,
            reason: entry.key.reason.text,
            device: entry.key.device,
            count: entry.count,
            last: entry.last
        )
    }
}

extension RefusalBook.Pages {
    fileprivate mutating func write(_ key: RefusalBook.Key, at now: Microseconds) {
        let place = place(of: key)
        entries[place].count += 1
        entries[place].last = now
        writes += 1
        order[place] = writes
        recent.note(at: now)
    }

    private mutating func place(of key: RefusalBook.Key) -> Int {
        // Whoever floods writes the same row again and again.
        if let latest, entries[latest].key == key { return latest }
        let place = places[key] ?? free(for: key)
        latest = place
        return place
    }

    private mutating func free(for key: RefusalBook.Key) -> Int {
        let place: Int
        if entries.count < RefusalBook.limit {
            place = entries.count
            entries.append(RefusalBook.Entry(key: key))
            order.append(0)
        } else {
            place = order.indices.min { order[$0] < order[$1] } ?? 0
            places[entries[place].key] = nil
            entries[place] = RefusalBook.Entry(key: key)
        }
        places[key] = place
        return place
    }
}

/// How often something happened in each of the last sixty seconds.
struct RecentCount {
    private static let seconds = 60

    private var counts = Array(repeating: 0, count: seconds)
    /// The second that was counted last.
    private var second: UInt64 = 0

    mutating func note(at now: Microseconds) {
        turn(to: now)
        counts[Int(second % UInt64(Self.seconds))] += 1
    }

    mutating func count(at now: Microseconds) -> Int {
        turn(to: now)
        return counts.reduce(0, +)
    }

    private mutating func turn(to now: Microseconds) {
        let next = max(second, now.count / 1_000_000)
        for passed in 0..<min(next - second, UInt64(Self.seconds)) {
            counts[Int((next - passed) % UInt64(Self.seconds))] = 0
        }
        second = next
    }
}
