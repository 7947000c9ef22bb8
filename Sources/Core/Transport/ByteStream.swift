/// A TCP connection from the client's side, secured or not.
///
/// One thread connects, sends and receives; any thread may shut it down, which ends every wait.
package protocol ByteStream: AnyObject, Sendable {
    /// Waits until the connection stands, and its handshake is over.
    ///
    /// - Parameter limit: The longest wait.
    /// - Throws: Why there is none, such as `ECONNREFUSED`; `ETIMEDOUT` at the limit.
    func waitUntilConnected(atMost limit: Duration) throws(SystemError)

    /// Sends all the bytes, and waits where there is no room.
    ///
    /// - Parameters:
    ///   - bytes: All of them.
    ///   - limit: The longest wait.
    /// - Throws: `ETIMEDOUT` at the limit, perhaps after some of the bytes; `EPIPE` once shut down.
    func send(_ bytes: [UInt8], atMost limit: Duration) throws(SystemError)

    /// Receives what has come, without waiting.
    ///
    /// - Returns: Nothing when the peer sends no more, or `shutDown` was called.
    /// - Throws: `EAGAIN` when nothing has come.
    func receive() throws(SystemError) -> [UInt8]

    /// Waits until there is something to receive, or the end.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: Whether there is; false when the time is over.
    /// - Throws: Where the operating system cannot even wait.
    func waitUntilReadable(atMost limit: Duration) throws(SystemError) -> Bool

    /// Tells the peer that nothing more will be sent.
    func finishSending()

    /// Ends the connection and every wait for it.
    func shutDown()
}

extension StreamSocket: ByteStream {}
