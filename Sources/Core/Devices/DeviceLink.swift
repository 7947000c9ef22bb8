/// How devices talk to a server; what a user types.
package enum DeviceProtocol: String, CaseIterable, Sendable {
    /// Each job a datagram of text, whose echo is the reply.
    case udp
    /// Each job a line of text on one long connection, which answers `Job received`.
    case tcp
    /// Each job a remote call, repeated until its receipt comes and executed once.
    case rpc

    /// Begins to talk to a server; throws what the operating system says at once.
    func open(
        _ server: SocketAddress,
        _ credentials: Credentials
    ) throws(SystemError) -> any DeviceLink {
        switch self {
        case .udp: try DatagramLink(server, credentials)
        case .tcp: try StreamLink(server, credentials)
        case .rpc: CallLink(server, credentials)
        }
    }
}

/// One device's way to its server, until the first job without a reply.
///
/// The device's thread sends and receives; any thread may shut it down, which ends every wait.
protocol DeviceLink: AnyObject, Sendable {
    /// Sends one job, once.
    ///
    /// - Parameters:
    ///   - job: In the text dialect, such as `3:5`.
    ///   - limit: How long it may wait for room.
    /// - Throws: Then nothing was sent; `EAGAIN` where it is worth trying again a little later.
    func send(_ job: String, atMost limit: Duration) throws(SystemError)

    /// Waits for what the server says to the job sent last.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: What came first.
    /// - Throws: Why there will be no answer.
    func receive(atMost limit: Duration) throws(SystemError) -> DeviceAnswer

    /// Says that no more jobs come.
    func finish()

    func shutDown()
}

/// What a device's server said, or not.
enum DeviceAnswer: Equatable {
    case reply
    /// Something else.
    case stray
    /// Nothing yet, and there is time left.
    case nothing
    case timeout
}
