import Glibc
import Synchronization

/// Jobs as remote calls over UDP: SUBMIT, whose receipt is the reply.
///
/// A request that stays without a reply is sent again as the same call, and the server executes it
/// once: a lost datagram costs a second and no job. Version 1 of the calls has no fractions of a
/// second; they are rounded up.
final class CallLink: DeviceLink, @unchecked Sendable {
    // Sendable because only the device's own thread touches client, token and request.
    private var client: RemoteClient?
    private var token: RemoteClient.Token?
    private var request: RemoteRequest?
    private let isShutDown = Atomic(false)

    /// How long one call asks the server to wait for a free slot; then another one is made.
    private static let patience: UInt32 = 20_000
    /// Between two looks whether the device is to stop.
    private static let look = Duration.milliseconds(100)

    private let server: SocketAddress
    private let credentials: Credentials

    init(_ server: SocketAddress, _ credentials: Credentials) {
        self.server = server
        self.credentials = credentials
    }

    func send(_ job: String, atMost limit: Duration) throws(SystemError) {
        let bytes = Array(job.utf8)
        guard let text = try? TextJob(bytes.span) else { throw SystemError("send", number: EINVAL) }
        let name = text.withName(in: bytes.span) { Sanitizer.sanitize($0) }
        let seconds = UInt32(clamping: (text.cpuTime.count + 999_999) / 1_000_000)
        try begin(
            .submit(
                RemoteSubmit(
                    RemoteJob(device: name, seconds: seconds),
                    waitMilliseconds: Self.patience
                )
            ),
            atMost: limit
        )
    }

    private func begin(_ request: RemoteRequest, atMost limit: Duration) throws(SystemError) {
        self.request = request
        do throws(RemoteCallFailure) {
            if client == nil {
                client = try RemoteClient(server, over: .udp, credentials, timeout: limit)
            }
            token = try client?.beginOperation(request, timeout: limit)
        } catch {
            throw error.asSystemError
        }
    }

    func receive(atMost limit: Duration) throws(SystemError) -> DeviceAnswer {
        guard !isShutDown.load(ordering: .acquiring), let client, let token, let request else {
            throw SystemError("receive", number: ESHUTDOWN)
        }
        let result: RemoteResult?
        do throws(RemoteCallFailure) {
            result = try client.completion(of: token, atMost: min(limit, Self.look))
        } catch {
            throw error.asSystemError
        }
        switch result {
        case .receipt(let receipt) where receipt.code == .ok: return .reply
        case .receipt(let receipt) where receipt.code == .timeout:
            try begin(request, atMost: limit)
            return .nothing
        case .some: return .stray
        case nil: return limit <= Self.look ? .timeout : .nothing
        }
    }

    func finish() {}

    func shutDown() {
        isShutDown.store(true, ordering: .releasing)
    }
}

extension RemoteCallFailure {
    fileprivate var asSystemError: SystemError {
        switch self {
        case .system(let error): error
        case .timedOut: SystemError("call", number: ETIMEDOUT)
        case .closed, .answered, .unreadable: SystemError("call", number: EPROTO)
        }
    }
}
