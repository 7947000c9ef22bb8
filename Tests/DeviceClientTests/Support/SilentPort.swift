import Core
import Glibc
import Testing

/// A port on loopback where nobody answers, and that nobody else gets meanwhile, as one that a server
/// has left might be.
final class SilentPort {
    let address: SocketAddress
    private let descriptor: Int32

    /// One of TCP: bound, but not listening, so whoever connects is refused.
    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = SocketAddress.loopback(port: 0)
        let isBound = address.withSystemAddress { bind(descriptor, $0, $1) } == 0
        let isKnown = address.fill { getsockname(descriptor, $0, $1) } == 0
        self.address = address
        try #require(isBound && isKnown)
    }

    deinit { close(descriptor) }
}
