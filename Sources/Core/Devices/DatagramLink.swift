import Glibc

/// Jobs as datagrams; the reply is the exact echo.
final class DatagramLink: DeviceLink {
    /// A reply is as long as the request; one byte more shows that it is longer.
    private static let replySpace = 256
    /// A refusal left behind by an earlier job is told instead of sending, once for each.
    private static let refusals = 4

    private let socket: DatagramSocket
    private let seals: ClientSeals?
    private let request = Guarded<[UInt8]>([])

    init(_ server: SocketAddress, _ credentials: Credentials) throws(SystemError) {
        seals = credentials.newSealer()
        socket = try DatagramSocket(connect: server)
    }

    func send(_ job: String, atMost limit: Duration) throws(SystemError) {
        let bytes = Array(job.utf8)
        request.withLock { $0 = bytes }
        let datagram = seals?.seal(bytes) ?? bytes
        for attempt in 1... {
            do throws(SystemError) {
                return try datagram.span.withUnsafeBytes { bytes throws(SystemError) in
                    try socket.send(bytes, to: nil)
                }
            } catch {
                switch error.number {
                case ECONNREFUSED where attempt < Self.refusals: continue
                case ENOBUFS: throw SystemError(error.call, number: EAGAIN)
                default: throw error
                }
            }
        }
    }

    func receive(atMost limit: Duration) throws(SystemError) -> DeviceAnswer {
        guard try socket.waitUntilReadable(atMost: limit) else { return .timeout }
        return try withUnsafeTemporaryAllocation(byteCount: Self.replySpace, alignment: 1) {
            (bytes) throws(SystemError) -> DeviceAnswer in
            var peer = SocketAddress()
            do throws(SystemError) {
                let length = try socket.receive(into: bytes, from: &peer, waiting: false)
                guard length <= bytes.count else { return .stray }
                let reply =
                    seals.map { $0.payload(of: bytes[..<length]) } ?? Array(bytes[..<length])
                return request.withLock { reply == $0 } ? .reply : .stray
            } catch {
                guard error.number == EAGAIN else { throw error }
                return .nothing
            }
        }
    }

    func finish() {}

    func shutDown() { socket.shutDown() }
}
