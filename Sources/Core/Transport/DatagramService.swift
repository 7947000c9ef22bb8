/// What a datagram asks for, when it is not put into the inbox.
package enum DatagramCall: Sendable {
    case remoteCall
    case json
    /// A job in text, where no producer thread is there to take it from the inbox.
    case text
}

/// Whoever answers datagrams by a call on the buffer. Any thread may use it.
package protocol DatagramService: Sendable {
    /// Whether jobs in text that come by this socket are put by calls too; asked once for each.
    func putsText(through socket: DatagramSocket) -> Bool

    /// Sees to it that the datagram is answered, through the socket that it came by; does not wait.
    ///
    /// - Parameters:
    ///   - call: What it asks for.
    ///   - datagram: Its bytes.
    ///   - peer: Where the answer goes.
    ///   - socket: Where it came in.
    ///   - standing: How far the sender is let in.
    ///   - nonce: That of the sealed datagram it came in; then the answer is sealed too.
    /// - Returns: `false` when too many wait already.
    func serve(
        _ call: DatagramCall,
        _ datagram: [UInt8],
        from peer: SocketAddress,
        through socket: DatagramSocket,
        _ standing: Standing,
        sealedWith nonce: UInt64?
    ) -> Bool
}
