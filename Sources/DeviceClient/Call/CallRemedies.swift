import Core

/// What to do about a refusal, as far as the client can tell.
extension CallWords {
    /// What follows "Client credential too weak".
    ///
    /// - Parameter overTCP: Whether the call went over TCP, where it shows a certificate.
    /// - Returns: The rest of the sentence.
    static func remedy(overTCP: Bool) -> String {
        overTCP
            ? "; over TCP this needs a certificate (--tls-cert), over UDP a token (--token-file)"
            : "; over UDP this needs a token (--token-file); try --tcp"
    }

    /// The mailbox that a refused call named; `nil` where the reason cannot be its name.
    static func refusedMailbox(_ request: RemoteRequest, _ result: RemoteResult) -> String? {
        let name: String
        switch request {
        case .put(let put): name = put.mailbox
        case .get(let get): name = get.mailbox
        default: return nil
        }
        switch result {
        case .receipt(let receipt) where receipt.code == .bad: break
        case .taking(.nothing(.bad)): break
        default: return nil
        }
        return name.isEmpty ? nil : name
    }

    /// Says which mailboxes there are; `nil` where this one is there, or may be beyond the list's end.
    static func sentence(onMissing name: String, in list: RemoteMailboxes) -> String? {
        let names = list.mailboxes.map(\.name)
        guard names.count == Int(list.total), !names.contains(name) else { return nil }
        let known = names.map(Sanitizer.sanitize).joined(separator: ", ")
        return "there is no mailbox \(Sanitizer.sanitize(name)); there are \(known)"
    }
}
