import ArgumentParser
import Core

/// What the command line asks for, as a request.
extension CallCommand {
    var request: RemoteRequest {
        get throws {
            switch procedure {
            case .null, .status, .mailboxes, .submit, .take:
                _ = try operands()
                return plainRequest
            case .put:
                return .put(RemotePut(try operands(perhaps: "MAILBOX").first ?? "", submit))
            case .get:
                let mailbox = try operands(perhaps: "MAILBOX").first ?? ""
                return .get(RemoteGet(mailbox, waitMilliseconds: wait ?? 0))
            case .lookup: return .lookup(name: try operands(perhaps: "NAME").first ?? "")
            case .cancel: return .cancel(lease: try leaseNumber())
            case .renew:
                return .renew(RemoteRenew(lease: try leaseNumber(), leaseSeconds: lease ?? 0))
            case .register:
                let words = try operands("NAME", "WHERE")
                let address = try Self.universalAddress(words[1])
                let service = RemoteService(name: words[0], address: address)
                return .register(RemoteRegister(service, leaseSeconds: lease ?? 0))
            }
        }
    }

    private var plainRequest: RemoteRequest {
        switch procedure {
        case .status: .status
        case .mailboxes: .mailboxes
        case .submit: .submit(submit)
        case .take: .take(waitMilliseconds: wait ?? 0)
        case .null, .put, .get, .lookup, .cancel, .renew, .register: .null
        }
    }

    private var submit: RemoteSubmit {
        let job = RemoteJob(
            device: device ?? "1",
            seconds: seconds ?? 1,
            body: Array((body ?? "").utf8)
        )
        return RemoteSubmit(job, waitMilliseconds: wait ?? 0)
    }

    /// What follows the port.
    private func operands(_ names: String..., perhaps name: String? = nil) throws -> [String] {
        let most = names.count + (name == nil ? 0 : 1)
        guard (names.count...most).contains(words.count) else {
            let wanted = (names + (name.map { ["perhaps \($0)"] } ?? [])).joined(separator: " ")
            throw ValidationError(
                "After the port, \(procedure.rawValue) takes \(wanted.isEmpty ? "nothing" : wanted)."
            )
        }
        if let long = words.first(where: { $0.utf8.count > RemoteProgram.longestName }) {
            throw ValidationError(
                "A name has at most \(RemoteProgram.longestName) bytes, not \(long.utf8.count)."
            )
        }
        return words
    }

    private func leaseNumber() throws -> UInt64 {
        let word = try operands("LEASE")[0]
        guard let lease = UInt64(word) else {
            throw ValidationError("The lease is the number that register gave, not \(word).")
        }
        return lease
    }

    /// `HOST:PORT`, `:PORT` or a universal address, as a universal one.
    static func universalAddress(_ text: String) throws -> String {
        if let address = SocketAddress(universal: text) { return address.universal }
        let problem = ValidationError(
            "A service is at HOST:PORT with an address in digits, or at :PORT, not at \(text)."
        )
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { throw problem }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // Which address this machine has, the server sees.
        if host.isEmpty { host = "0.0.0.0" }
        if host == "localhost" { host = "127.0.0.1" }
        guard let address = SocketAddress(numeric: host, port: port) else { throw problem }
        return address.universal
    }
}
