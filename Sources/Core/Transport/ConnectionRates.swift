import NIOCore

/// How fast each peer opens connections: a handshake of TLS costs the server more than the one who
/// asks for it, and so would one connection after the other.
///
/// Whoever has opened none for some seconds is forgotten, so the memory is bounded by what the
/// system accepts in that time.
struct ConnectionRates {
    private let limit: ConnectionLimits.PeerLimit<Int>
    private var buckets: [SocketAddress: TokenBucket] = [:]

    /// - Parameter limit: Connections a second of one peer; twice as many may come at once.
    init(_ limit: ConnectionLimits.PeerLimit<Int>) {
        self.limit = limit
    }

    var isEmpty: Bool { buckets.isEmpty }

    /// Notes a connection of this peer, and says whether it may be opened.
    mutating func take(of network: SocketAddress, isLoopback: Bool, at now: NIODeadline) -> Bool {
        guard let size = size(isLoopback: isLoopback) else { return true }
        let now = Self.microseconds(now)
        var bucket = buckets[network] ?? TokenBucket(size, at: now)
        defer { buckets[network] = bucket }
        return bucket.take(size, at: now)
    }

    /// Forgets those who might begin anew as well.
    mutating func forget(at now: NIODeadline) {
        let now = Self.microseconds(now)
        buckets = buckets.filter { network, bucket in
            size(isLoopback: network.isLoopback).map { !bucket.isFull($0, at: now) } ?? false
        }
    }

    private func size(isLoopback: Bool) -> TokenBucket.Size? {
        limit.value(isLoopback: isLoopback).map { TokenBucket.Size(rate: $0, burst: 2 * $0) }
    }

    private static func microseconds(_ time: NIODeadline) -> Microseconds {
        Microseconds(time.uptimeNanoseconds / 1000)
    }
}
