/// A client's sealed datagrams to one server: each request with a new nonce, each reply only once.
///
/// Any thread may use it.
final class ClientSeals: Sendable {
    /// So many requests may be without a reply; later ones push the oldest out.
    private static let mostOpen = 1024

    private let token: Token
    private let milliseconds: @Sendable () -> UInt64
    /// The nonces of requests that were not answered, the oldest first.
    private let open = Guarded<[UInt64]>([])

    init(_ token: Token, milliseconds: @escaping @Sendable () -> UInt64) {
        self.token = token
        self.milliseconds = milliseconds
    }

    /// Seals a request; a repetition is sealed anew, or the server would take it for a replay.
    func seal(_ request: [UInt8]) -> [UInt8] {
        let nonce = UInt64.random(in: .min ... .max)
        open.withLock { open in
            if open.count == Self.mostOpen { open.removeFirst() }
            open.append(nonce)
        }
        return token.seal(request, .request, milliseconds: milliseconds(), nonce: nonce)
    }

    /// What the server says; `nil` where this is no reply of it to a request of ours.
    func payload(of datagram: some Collection<UInt8>) -> [UInt8]? {
        let bytes = Array(datagram)
        let sealed = try? bytes.withUnsafeBufferPointer { try token.open($0) }
        guard let sealed, sealed.direction == .reply else { return nil }
        let isOurs = open.withLock { open in
            guard let place = open.firstIndex(of: sealed.nonce) else { return false }
            open.remove(at: place)
            return true
        }
        return isOurs ? Array(bytes[sealed.payload]) : nil
    }
}
