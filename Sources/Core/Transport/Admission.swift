/// Who must show the token before anything is done for them.
///
/// Without a token that is nobody. With one it is everybody beyond this machine, and on a machine
/// whose users do not trust each other, everybody.
package struct Admission: Sendable {
    package let token: Token?
    /// Whether the token is asked for on loopback too.
    package let asksLoopback: Bool

    package init(token: Token? = nil, asksLoopback: Bool = false) {
        self.token = token
        self.asksLoopback = asksLoopback
    }

    /// Whether this peer must show the token.
    package func asks(_ peer: SocketAddress) -> Bool {
        token != nil && (asksLoopback || !peer.isLoopback)
    }

    /// How far the sender of a datagram is let in.
    package func standing(ofSender peer: SocketAddress, isSealed: Bool) -> Standing {
        if isSealed { return .trusted }
        if asks(peer) { return .unknown }
        return peer.isLoopback ? .trusted : .unverified
    }

    /// How far the client of a connection is let in, before it shows a token.
    package func standing(ofClient peer: SocketAddress, isCertified: Bool) -> Standing {
        // Nobody connects under a forged address, so replies may be as long as they like.
        isCertified || !asks(peer) ? .trusted : .unknown
    }
}

/// How far a caller is let in.
package enum Standing: Sendable {
    /// It may ask for anything.
    case trusted
    /// Its address may be forged: it may put jobs, and gets no reply longer than its request.
    case unverified
    /// It must show the token first.
    case unknown
}
