import Glibc

extension DatagramSocket {
    /// How often to look for a port that is free in both families.
    private static let attempts = 64

    /// Binds what a server listens on: one socket, or for `localhost` one for 127.0.0.1 and one for
    /// `::1`, on the same port number.
    ///
    /// On a machine without IPv6, `localhost` is 127.0.0.1 alone.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: 0 chooses one that is free.
    ///   - open: Whether other machines may reach it; else only loopback addresses are accepted.
    ///   - receiveBuffer: How many bytes of waiting datagrams to ask for.
    /// - Returns: At least one socket, IPv4 first.
    /// - Throws: Why the address cannot be served.
    package static func listen(
        on host: String,
        port: UInt16,
        open: Bool,
        receiveBuffer: Int = usualReceiveBuffer
    ) throws(TransportError) -> [DatagramSocket] {
        let found = try SocketAddress.resolve(host, port: port)
        // Other names may have many addresses of one machine; the first is the one they mean.
        let addresses = host == "localhost" ? found : Array(found.prefix(1))
        for address in addresses where !open && !address.isLoopback {
            throw .beyondLoopback(address)
        }
        var attempt = 1
        while true {
            do throws(TransportError) {
                return try bindAll(addresses, receiveBuffer: receiveBuffer)
            } catch {
                // A port that is free in one family may be taken in the other: try another one.
                guard case .portTaken = error, port == 0, attempt < attempts else { throw error }
                attempt += 1
            }
        }
    }

    private static func bindAll(
        _ addresses: [SocketAddress],
        receiveBuffer: Int
    ) throws(TransportError) -> [DatagramSocket] {
        var sockets: [DatagramSocket] = []
        for var address in addresses {
            address.port = sockets.first?.address.port ?? address.port
            do throws(SystemError) {
                sockets.append(try DatagramSocket(bind: address, receiveBuffer: receiveBuffer))
            } catch {
                let missing = error.number == EADDRNOTAVAIL || error.number == EAFNOSUPPORT
                if missing && !sockets.isEmpty { continue }
                throw error.number == EADDRINUSE ? .portTaken(address) : .notBound(address, error)
            }
        }
        return sockets
    }
}
