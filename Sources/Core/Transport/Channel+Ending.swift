import NIOCore

extension ChannelHandlerContext {
    /// Has `inputClosed` told when the client ends its side, so that replies can still be sent.
    func allowHalfClosure() {
        try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    }

    /// Ends our side once everything is written, and the connection when the client ends its own, at
    /// the latest a second later.
    ///
    /// A close with unread bytes would be a reset, and could take the reply from the client's hands.
    func endGently() {
        let channel = channel
        close(mode: .output, promise: nil)
        let timer = channel.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
            channel.close(promise: nil)
        }
        // Else every closed connection would stay in memory for a second.
        channel.closeFuture.assumeIsolated().whenComplete { _ in timer.cancel() }
    }
}
