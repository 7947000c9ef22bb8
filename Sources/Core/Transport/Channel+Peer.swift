import Glibc
import NIOCore

extension SocketAddress {
    /// The same for NIO, which reads no zone from a text.
    var forNIO: NIOCore.SocketAddress {
        withSystemAddress { address, _ in
            let bytes = UnsafeRawPointer(address)
            return isIPv6
                ? NIOCore.SocketAddress(bytes.loadUnaligned(as: sockaddr_in6.self))
                : NIOCore.SocketAddress(bytes.loadUnaligned(as: sockaddr_in.self))
        }
    }
}

extension Channel {
    /// Where the other end is; no address where the system does not tell.
    var peerAddress: SocketAddress {
        let peer = remoteAddress?.withSockAddr { SocketAddress($0, length: socklen_t($1)) }
        return peer.flatMap { $0 } ?? SocketAddress()
    }
}
