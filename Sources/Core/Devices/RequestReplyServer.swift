/// The server's side of the lecture's request-reply protocol, as small as can be: GetRequest, then
/// SendReply, over UDP.
///
/// What came before is not handed out again: its reply is sent once more, or it is still being
/// worked at. It belongs to one thread.
package final class RequestReplyServer {
    /// A request to execute.
    package struct Request {
        package let request: RemoteRequest
        let xid: UInt32
        let claim: ReplyHistory.Claim?
        let client: SocketAddress
    }

    private let socket: DatagramSocket
    private let clock: any EngineClock
    private let history = ReplyHistory()
    /// Requests that came again.
    package private(set) var repetitions = 0

    package init(_ socket: DatagramSocket, clock: any EngineClock) {
        self.socket = socket
        self.clock = clock
    }

    package var address: SocketAddress { socket.address }

    /// GetRequest: waits for the next request; `nil` when the time is over.
    package func getRequest(timeout: Duration) throws(SystemError) -> Request? {
        let deadline = ContinuousClock.now + timeout
        var bytes = [UInt8](repeating: 0, count: DatagramDialect.longestDatagram)
        var client = SocketAddress()
        while true {
            let left = max(deadline - .now, .zero)
            guard try socket.waitUntilReadable(atMost: left) else { return nil }
            var memory = bytes.mutableSpan
            let length = try memory.withUnsafeMutableBytes { memory throws(SystemError) in
                try socket.receive(into: memory, from: &client, waiting: false)
            }
            let datagram = Array(bytes.prefix(length))
            if let request = try request(in: datagram, from: client) { return request }
        }
    }

    /// SendReply: sends the result to whom made the request.
    package func sendReply(_ result: RemoteResult, to request: Request) throws(SystemError) {
        var encoder = XDREncoder()
        result.encode(xid: request.xid, to: &encoder)
        if let claim = request.claim { history.finish(claim, with: encoder.bytes, at: clock.now) }
        try send(encoder.bytes, to: request.client)
    }

    private func request(
        in datagram: [UInt8],
        from client: SocketAddress
    ) throws(SystemError) -> Request? {
        try datagram.span.withUnsafeBytes { bytes throws(SystemError) -> Request? in
            switch IncomingCall(bytes) {
            case .dropped: return nil
            case .refused(let xid, let refusal):
                var encoder = XDREncoder()
                refusal.encode(xid: xid, to: &encoder)
                try send(encoder.bytes, to: client)
                return nil
            case .call(let call):
                return try remember(call, from: client)
            }
        }
    }

    private func remember(
        _ call: RemoteCall,
        from client: SocketAddress
    ) throws(SystemError) -> Request? {
        switch history.recall(ReplyHistory.Key(call), from: client, at: clock.now) {
        case .unknown(let claim):
            guard let request = RemoteRequest(call) else { return nil }
            return Request(request: request, xid: call.xid, claim: claim, client: client)
        case .inProgress, .full:
            repetitions += 1
        case .done(let reply):
            repetitions += 1
            try send(reply, to: client)
        }
        return nil
    }

    private func send(_ reply: [UInt8], to client: SocketAddress) throws(SystemError) {
        try reply.span.withUnsafeBytes { bytes throws(SystemError) in
            try socket.send(bytes, to: client)
        }
    }
}

extension RemoteRequest {
    /// The call with its own copy of the arguments; `nil` where the name is not UTF-8.
    fileprivate init?(_ call: RemoteCall) {
        switch call.arguments {
        case .null: self = .null
        case .status: self = .status
        case .take(let waitMilliseconds): self = .take(waitMilliseconds: waitMilliseconds)
        case .submit(let view):
            guard let submit = RemoteSubmit(view) else { return nil }
            self = .submit(submit)
        case .register(let register): self = .register(register)
        case .renew(let renew): self = .renew(renew)
        case .lookup(let name): self = .lookup(name: name)
        case .cancel(let lease): self = .cancel(lease: lease)
        case .put(let view):
            guard let submit = RemoteSubmit(view.submit) else { return nil }
            self = .put(RemotePut(view.mailbox, submit))
        case .get(let get): self = .get(get)
        case .mailboxes: self = .mailboxes
        }
    }
}

extension RemoteSubmit {
    fileprivate init?(_ view: RemoteSubmitView) {
        guard let device = String(validating: view.device, as: UTF8.self) else { return nil }
        self.init(
            RemoteJob(device: device, seconds: view.seconds, body: Array(view.body)),
            waitMilliseconds: view.waitMilliseconds
        )
    }
}
