import Synchronization

/// Loses or repeats one datagram on purpose, as a network may do at any time.
///
/// The user arms it, and the next datagram, be it a job, a call or neither, is dropped, or served
/// twice. Any thread may use it; a receiver that finds nothing armed pays one relaxed load.
///
/// Source: RFC 768 (a datagram may be lost, and it may come twice).
package final class DatagramChaos: Sendable {
    package enum Deed: Sendable {
        case drop
        case double
    }

    private struct State {
        var armed: Deed?
        /// What was done since somebody last asked, in words.
        var done: [String] = []
    }

    /// Changed only with `state`, so that no wish is overlooked.
    private let isArmed = Atomic(false)
    private let state = Guarded(State())
    private let whenDone: @Sendable () -> Void

    /// So much of a datagram is repeated in words.
    private static let quoted = 32

    /// - Parameter whenDone: Called on a receiver's thread after each deed.
    package init(whenDone: @escaping @Sendable () -> Void = {}) {
        self.whenDone = whenDone
    }

    /// What will happen to the next datagram; `nil` for nothing unusual.
    package var armed: Deed? {
        get { state.withLock { $0.armed } }
        set {
            state.withLock { state in
                state.armed = newValue
                isArmed.store(newValue != nil, ordering: .relaxed)
            }
        }
    }

    /// A sentence for each deed since the last time.
    package func takeDone() -> [String] {
        state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    /// What is to be done with this datagram; the deed is over with it.
    func take(_ datagram: UnsafeBufferPointer<UInt8>, from peer: SocketAddress) -> Deed? {
        guard isArmed.load(ordering: .relaxed) else { return nil }
        let deed = state.withLock { state in
            defer { state.armed = nil }
            isArmed.store(false, ordering: .relaxed)
            return state.armed
        }
        // Of two receivers only one gets it.
        guard let deed else { return nil }
        let text = Self.sentence(deed, datagram, peer)
        state.withLock { $0.done.append(text) }
        whenDone()
        return deed
    }

    private static func sentence(
        _ deed: Deed,
        _ datagram: UnsafeBufferPointer<UInt8>,
        _ peer: SocketAddress
    ) -> String {
        let verb =
            switch deed {
            case .drop: "dropped"
            case .double: "doubled"
            }
        return "\(verb) \(name(datagram)) from \(peer) on purpose"
    }

    /// A job by its text, everything else by its kind.
    private static func name(_ datagram: UnsafeBufferPointer<UInt8>) -> String {
        switch DatagramDialect(datagram.span) {
        case .text:
            let start = UnsafeBufferPointer(rebasing: datagram.prefix(quoted))
            return Sanitizer.sanitize(start.span) + (datagram.count > quoted ? "…" : "")
        case .remoteCall: return "a remote call"
        case .json: return "a JSON request"
        case .sealed: return "a sealed datagram"
        case .remoteReply, .unknown: return "a datagram that is no job"
        }
    }
}
