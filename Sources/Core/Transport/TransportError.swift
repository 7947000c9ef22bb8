/// Why an address cannot be used; all of these end a command with exit code 2.
package enum TransportError: Error, Equatable, Sendable {
    case unresolvable(host: String, reason: String)
    case beyondLoopback(SocketAddress)
    case portTaken(SocketAddress)
    case notBound(SocketAddress, SystemError)
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unresolvable(let host, let reason):
            "cannot find the address of '\(Sanitizer.sanitize(host))': \(reason)"
        case .beyondLoopback(let address):
            "\(address) can be reached from other machines; say --token-file FILE to let in those "
                + "who know the token, --open to let in everybody, or serve on localhost"
        case .portTaken(let address):
            "\(address) is in use by another program; stop it or choose another port"
        case .notBound(let address, let error):
            "cannot listen on \(address): \(error)"
        }
    }
}
