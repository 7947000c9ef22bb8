import DequeModule
import Glibc

/// A server's sealed datagrams: opens those of its clients, each once, and seals its replies.
///
/// One for all sockets, because a datagram seen at one of them must not be taken at another. Any
/// thread may use it.
package final class Seals: Sendable {
    /// How far a datagram's time may be from ours, in milliseconds.
    static let window: UInt64 = 60_000

    /// The system's clock, in milliseconds since 1970.
    package static let wallClock: @Sendable () -> UInt64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(max(0, now.tv_sec)) * 1000 + UInt64(now.tv_nsec) / 1_000_000
    }

    private let token: Token
    private let milliseconds: @Sendable () -> UInt64
    private let nonces: Guarded<NonceMemory>

    /// - Parameters:
    ///   - token: The secret that clients share with us.
    ///   - limits: How many nonces are remembered.
    ///   - milliseconds: Now, since 1970.
    package init(
        _ token: Token,
        limits: NonceMemory.Limits = NonceMemory.Limits(),
        milliseconds: @escaping @Sendable () -> UInt64
    ) {
        self.token = token
        self.milliseconds = milliseconds
        nonces = Guarded(NonceMemory(limits))
    }

    /// Opens a request that has not come before.
    ///
    /// The code is compared before the nonce is looked up, so only who knows the token can fill the
    /// memory; the time before the code, because that costs less.
    ///
    /// - Parameters:
    ///   - datagram: All of its bytes.
    ///   - peer: Who sent it.
    /// - Returns: What it says.
    /// - Throws: What is wrong with it.
    package func open(
        _ datagram: UnsafeBufferPointer<UInt8>,
        from peer: SocketAddress
    ) throws(SealError) -> SealedDatagram {
        let now = milliseconds()
        let claimed = try SealedDatagram(datagram.span)
        guard claimed.direction == .request else { throw .wrongDirection }
        let distance =
            now > claimed.milliseconds
            ? now - claimed.milliseconds : claimed.milliseconds - now
        guard distance <= Self.window else { throw .outsideWindow(milliseconds: distance) }
        let sealed = try token.open(datagram)
        if let problem = nonces.withLock({ $0.take(sealed.nonce, of: peer, at: now) }) {
            throw problem
        }
        return sealed
    }

    /// Seals the reply to a request.
    ///
    /// - Parameters:
    ///   - payload: What it says.
    ///   - nonce: The request's.
    /// - Returns: The datagram; `nil` where the payload is too long for one.
    package func reply(_ payload: some Collection<UInt8>, to nonce: UInt64) -> [UInt8]? {
        guard payload.count <= 65_507 - SealedDatagram.overhead else { return nil }
        return token.seal(payload, .reply, milliseconds: milliseconds(), nonce: nonce)
    }
}

/// The nonces that were used lately.
///
/// A nonce is remembered until its datagram's time has left the window, whoever sends it again: what
/// was overheard can be sent from anywhere. Nothing is forgotten earlier to make room. A peer that
/// has filled its share is refused, and takes nothing from the others.
package struct NonceMemory {
    /// How many nonces are remembered; more are refused.
    package struct Limits: Sendable {
        package var perPeer = 131_072
        package var inAll = 1_048_576

        package init() {}
    }

    private struct Entry {
        let nonce: UInt64
        let peer: SocketAddress
        let arrival: UInt64
    }

    /// A datagram from the future stays in the window for twice as long as one from now.
    private static let memory = 2 * Seals.window

    private let limits: Limits
    private var used: Set<UInt64> = []
    private var entries: Deque<Entry> = []
    private var perPeer: [SocketAddress: Int] = [:]

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// Remembers a nonce.
    ///
    /// - Parameters:
    ///   - nonce: Of a datagram that is in the window and whose code is right.
    ///   - peer: Who sent it, from whichever port.
    ///   - now: In milliseconds.
    /// - Returns: Why the datagram is refused all the same; `nil` where it is new.
    mutating func take(_ nonce: UInt64, of peer: SocketAddress, at now: UInt64) -> SealError? {
        forget(before: now)
        guard !used.contains(nonce) else { return .replayed }
        var peer = peer
        peer.port = 0
        let count = perPeer[peer, default: 0]
        guard count < limits.perPeer else { return .tooManyOfPeer(limit: limits.perPeer) }
        guard entries.count < limits.inAll else { return .tooManyInAll(limit: limits.inAll) }
        perPeer[peer] = count + 1
        used.insert(nonce)
        entries.append(Entry(nonce: nonce, peer: peer, arrival: now))
        return nil
    }

    var count: Int { entries.count }

    private mutating func forget(before now: UInt64) {
        while let oldest = entries.first, oldest.arrival + Self.memory < now {
            entries.removeFirst()
            used.remove(oldest.nonce)
            let left = perPeer[oldest.peer, default: 1] - 1
            perPeer[oldest.peer] = left > 0 ? left : nil
        }
    }
}

extension SealError {
    /// As what a datagram is counted.
    var refusal: Refusal {
        switch self {
        case .outsideWindow: .sealedTooFarAway
        case .replayed: .sealRepeated
        case .tooManyOfPeer, .tooManyInAll: .tooManySeals
        default: .wrongSeal
        }
    }
}
