/// The client's side of a request-reply protocol, on top of remote calls (RFC 5531).
///
/// `doOperation` is the lecture's DoOperation: send a request, wait for its reply. The asynchronous
/// form is `beginOperation`, then `completion` to look or `awaitReply` to wait. Over UDP a request is
/// sent again each second, the same bytes from the same port, until its reply comes: the server
/// executes it once. Every wait has an end, and ends with an error. It belongs to one thread.
package final class RemoteClient {
    package enum Transport: String, CaseIterable, Sendable {
        case udp
        case tcp
    }

    /// A request whose reply is still to come.
    package struct Token: Hashable, Sendable {
        package let xid: UInt32
    }

    private struct Pending {
        let procedure: RemoteProcedure
        let message: [UInt8]
        var nextSending: ContinuousClock.Instant
    }

    /// What came for a request: the whole message.
    private struct Arrived {
        let procedure: RemoteProcedure
        let message: [UInt8]
    }

    private let connection: RemoteConnection
    private let repetition: Duration
    private var xid: UInt32
    private var pending: [UInt32: Pending] = [:]
    private var arrived: [UInt32: Arrived] = [:]
    /// The last request and reply, byte for byte.
    package private(set) var lastRequest: [UInt8] = []
    package private(set) var lastReply: [UInt8] = []
    /// Messages that answered nothing that was asked.
    package private(set) var strayMessages = 0
    package private(set) var repetitions = 0

    /// - Parameters:
    ///   - server: Where to call.
    ///   - transport: UDP, or one TCP connection for all calls.
    ///   - credentials: A token for UDP, TLS for TCP.
    ///   - timeout: How long connecting may take.
    ///   - repetition: When to send a request again, over UDP.
    ///   - firstXID: The number of the first request; others must not be able to guess it.
    /// - Throws: Where there is no socket or no connection.
    package init(
        _ server: SocketAddress,
        over transport: Transport,
        _ credentials: Credentials = Credentials(),
        timeout: Duration,
        repetition: Duration = .seconds(1),
        firstXID: UInt32 = .random(in: .min ... .max)
    ) throws(RemoteCallFailure) {
        self.repetition = repetition
        xid = firstXID
        switch transport {
        case .tcp:
            let stream = try RemoteStream(connect: server, credentials, until: .now + timeout)
            connection = .tcp(stream)
        case .udp:
            do throws(SystemError) {
                let socket = try DatagramSocket(connect: server)
                connection = .udp(socket, credentials.newSealer())
            } catch {
                throw .system(error)
            }
        }
    }

    /// DoOperation: sends the request and waits for the reply.
    ///
    /// - Parameters:
    ///   - request: What to do; whether the server waits is part of it.
    ///   - timeout: When to give up. The server may have executed it all the same.
    /// - Returns: The result.
    /// - Throws: Why there is none.
    package func doOperation(
        _ request: RemoteRequest,
        timeout: Duration
    ) throws(RemoteCallFailure) -> RemoteResult {
        let deadline = ContinuousClock.now + timeout
        return try awaitReply(to: try beginOperation(request, until: deadline), until: deadline)
    }

    /// Sends the request and returns at once.
    package func beginOperation(
        _ request: RemoteRequest,
        timeout: Duration = .seconds(10)
    ) throws(RemoteCallFailure) -> Token {
        try beginOperation(request, until: .now + timeout)
    }

    /// The result if it has come, without waiting; asking is also what sends the request again.
    package func completion(of token: Token) throws(RemoteCallFailure) -> RemoteResult? {
        while arrived[token.xid] == nil {
            try repeatRequests()
            guard let message = try connection.receive(until: .now) else { return nil }
            accept(message)
        }
        return try takeResult(of: token)
    }

    /// The result if it comes within this time; if not, it may still come.
    package func completion(
        of token: Token,
        atMost limit: Duration
    ) throws(RemoteCallFailure) -> RemoteResult? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let result = try completion(of: token) { return result }
            guard ContinuousClock.now < deadline else { return nil }
            let nextSending = pending[token.xid]?.nextSending ?? deadline
            let wake = connection.isReliable ? deadline : min(deadline, nextSending)
            if let message = try connection.receive(until: wake) { accept(message) }
        }
    }

    /// Waits for the result.
    package func awaitReply(
        to token: Token,
        timeout: Duration
    ) throws(RemoteCallFailure) -> RemoteResult {
        try awaitReply(to: token, until: .now + timeout)
    }

    private func beginOperation(
        _ request: RemoteRequest,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) -> Token {
        let token = Token(xid: xid)
        xid &+= 1
        lastRequest = request.message(xid: token.xid)
        pending[token.xid] = Pending(
            procedure: request.procedure,
            message: lastRequest,
            nextSending: .now + repetition
        )
        do throws(RemoteCallFailure) {
            try connection.send(lastRequest, until: deadline)
        } catch {
            pending[token.xid] = nil
            throw error
        }
        return token
    }

    private func awaitReply(
        to token: Token,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) -> RemoteResult {
        while arrived[token.xid] == nil {
            guard ContinuousClock.now < deadline else {
                pending[token.xid] = nil
                throw .timedOut
            }
            try repeatRequests()
            let nextSending = pending.values.map(\.nextSending).min() ?? deadline
            let wake = connection.isReliable ? deadline : min(deadline, nextSending)
            if let message = try connection.receive(until: wake) { accept(message) }
        }
        return try takeResult(of: token)
    }

    private func accept(_ message: [UInt8]) {
        guard let xid = message.withUnsafeBytes({ RemoteReply.xid(of: $0) }),
            let call = pending.removeValue(forKey: xid)
        else {
            strayMessages += 1
            return
        }
        arrived[xid] = Arrived(procedure: call.procedure, message: message)
    }

    private func takeResult(of token: Token) throws(RemoteCallFailure) -> RemoteResult {
        guard let arrived = arrived.removeValue(forKey: token.xid) else { throw .timedOut }
        lastReply = arrived.message
        do throws(RemoteReply.Failure) {
            return try arrived.message.span.withUnsafeBytes { bytes throws(RemoteReply.Failure) in
                try RemoteReply.result(in: bytes, of: arrived.procedure)
            }
        } catch {
            throw .answered(error)
        }
    }

    private func repeatRequests() throws(RemoteCallFailure) {
        guard !connection.isReliable else { return }
        let now = ContinuousClock.now
        for (xid, call) in pending where call.nextSending <= now {
            pending[xid]?.nextSending = now + repetition
            try connection.send(call.message, until: now)
            repetitions += 1
        }
    }
}

/// Why a remote call has no result.
package enum RemoteCallFailure: Error, Equatable, Sendable {
    /// There was no reply in time; the server may have executed the call all the same.
    case timedOut
    /// The server closed the connection.
    case closed
    case answered(RemoteReply.Failure)
    /// What came over TCP are no records.
    case unreadable(RecordMarking.Failure)
    case system(SystemError)
}

extension RemoteCallFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "Timed out: no reply came"
        case .closed: "the server closed the connection before it replied"
        case .answered(let failure): "\(failure)"
        case .unreadable(let failure): "what the server sends is no remote call: \(failure)"
        case .system(let error): "\(error)"
        }
    }
}
