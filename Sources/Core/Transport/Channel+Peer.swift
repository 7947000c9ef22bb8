import Glibc
import NIOCore

extension Channel {
    /// Where the other end is; no address where the system does not tell.
    var peerAddress: SocketAddress {
        let peer = remoteAddress?.withSockAddr { SocketAddress($0, length: socklen_t($1)) }
        return peer.flatMap { $0 } ?? SocketAddress()
    }
}
