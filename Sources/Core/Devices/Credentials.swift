/// What a client shows to a server, and how it makes sure of the server.
///
/// With a token it seals its datagrams, and puts the token into its JSON and HTTP requests. With TLS
/// its connections are secured.
package struct Credentials: Sendable {
    package var token: Token?
    package var tls: ClientTLS?

    /// Without anything, as a server on this machine wants it.
    package init(token: Token? = nil, tls: ClientTLS? = nil) {
        self.token = token
        self.tls = tls
    }

    /// Begins to connect over TCP, with TLS where that is wanted.
    ///
    /// - Parameter server: Whom to connect to.
    /// - Returns: A connection that does not stand yet.
    /// - Throws: What the operating system says at once.
    package func connect(to server: SocketAddress) throws(SystemError) -> any ByteStream {
        if let tls { return TLSStream(connecting: server, tls) }
        return try StreamSocket(connecting: server)
    }

    /// What seals the datagrams for a server; `nil` without a token.
    func newSealer() -> ClientSeals? {
        token.map { ClientSeals($0, milliseconds: Seals.wallClock) }
    }
}
