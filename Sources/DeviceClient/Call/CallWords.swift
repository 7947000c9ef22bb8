import Core

/// Requests and results in plain words, without anything that a screen must not get.
enum CallWords {
    private static let longestBody = 200

    static func text(of request: RemoteRequest) -> String {
        switch request {
        case .null: "NULL (are you there?)"
        case .status: "STATUS (how full is the buffer?)"
        case .take(let wait): "TAKE a job, \(text(wait: wait))"
        case .submit(let submit): "SUBMIT \(text(of: submit))"
        case .register(let register):
            "REGISTER \(text(of: register.service)) for \(text(lease: register.leaseSeconds))"
        case .renew(let renew):
            "RENEW lease \(renew.lease) for \(text(lease: renew.leaseSeconds))"
        case .lookup(""): "LOOKUP every service"
        case .lookup(let name): "LOOKUP \(Sanitizer.sanitize(name))"
        case .cancel(let lease): "CANCEL lease \(lease)"
        case .put(let put): "PUT into \(text(mailbox: put.mailbox)): \(text(of: put.submit))"
        case .get(let get):
            "GET a job from \(text(mailbox: get.mailbox)), \(text(wait: get.waitMilliseconds))"
        case .mailboxes: "MAILBOXES (which are there?)"
        }
    }

    private static func text(of submit: RemoteSubmit) -> String {
        "\(text(of: submit.job)), \(text(wait: submit.waitMilliseconds))"
    }

    private static func text(lease seconds: UInt32) -> String {
        seconds == 0 ? "the usual time" : "\(seconds) s"
    }

    private static func text(mailbox name: String) -> String {
        name.isEmpty ? "the standard mailbox" : "mailbox \(Sanitizer.sanitize(name))"
    }

    static func text(of result: RemoteResult) -> String {
        switch result {
        case .null: return "yes"
        case .receipt(let receipt):
            let depth = text(depth: receipt.depth, capacity: receipt.capacity)
            if receipt.code == .full, receipt.capacity == 0 { return "FULL: no receiver is ready" }
            guard receipt.code == .ok else { return "\(text(of: receipt.code)), \(depth)" }
            return "OK, the job has number \(receipt.id), \(depth)"
        case .taking(.nothing(let code)):
            return text(of: code)
        case .taking(.taken(let id, let job)):
            return "OK, job number \(id): \(text(of: job))"
        case .counts(let counts): return text(of: counts)
        case .lease(let lease):
            guard lease.code == .ok else { return text(ofRegistry: lease.code) }
            return "OK, lease \(lease.lease) for \(lease.leaseSeconds) s"
        case .code(let code): return text(ofRegistry: code)
        case .hits(let hits):
            guard !hits.services.isEmpty else { return text(ofRegistry: hits.code) }
            return
                "\(counted(hits.services.count, "service"))\(hits.code == .full ? " of more" : "")"
        case .mailboxes(let list):
            let words = counted(list.mailboxes.count, "mailbox", "mailboxes")
            return Int(list.total) == list.mailboxes.count ? words : "\(words) of \(list.total)"
        }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? "\(one)s")"
    }

    /// How full a buffer is.
    static func text(of counts: RemoteCounts) -> String {
        "\(text(depth: counts.depth, capacity: counts.capacity)), "
            + "\(counts.produced) produced, \(counts.consumed) consumed, "
            + "\(counts.waitingPut) wait to put, \(counts.waitingTake) wait to take"
    }

    /// What a result lists, a line each.
    ///
    /// - Parameters:
    ///   - result: Such as that of LOOKUP.
    ///   - server: Whom it came from: an address that means every one of its own is this one.
    /// - Returns: Nothing for results that are no lists.
    static func lines(of result: RemoteResult, from server: SocketAddress) -> [String] {
        switch result {
        case .hits(let hits): hits.services.map { "  \(text(of: $0, from: server))" }
        case .mailboxes(let list): list.mailboxes.flatMap(lines(of:))
        case .null, .receipt, .taking, .counts, .lease, .code: []
        }
    }

    private static func lines(of mailbox: RemoteMailbox) -> [String] {
        ["mailbox \(Sanitizer.sanitize(mailbox.name)): \(text(of: mailbox.counts))"]
            + mailbox.destinations.map { destination in
                let kind = text(of: destination.kind)
                let blanks = String(repeating: " ", count: 8 - kind.utf8.count)
                return "  \(kind)\(blanks)\(Sanitizer.sanitize(destination.text))"
            }
    }

    static func text(of kind: Destination.Kind) -> String {
        switch kind {
        case .process: "process"
        case .port: "port"
        case .socket: "socket"
        case .group: "group"
        }
    }

    /// A service, its address also as host and port, ready to be used.
    private static func text(of service: RemoteService, from server: SocketAddress) -> String {
        let words = text(of: service)
        guard let address = SocketAddress(universal: service.address) else { return words }
        return
            "\(words), which is \(address.isWildcard ? server.host : address.host) \(address.port)"
    }

    private static func text(of service: RemoteService) -> String {
        "\(Sanitizer.sanitize(service.name)) at \(Sanitizer.sanitize(service.address))"
    }

    /// Without slots a job is only ever on its way from hand to hand.
    private static func text(depth: UInt32, capacity: UInt32) -> String {
        capacity == 0 ? "\(depth) being handed over" : "\(depth) of \(capacity) slots taken"
    }

    static func isOK(_ result: RemoteResult) -> Bool {
        switch result {
        case .null, .counts, .taking(.taken), .mailboxes: true
        case .receipt(let receipt): receipt.code == .ok
        case .lease(let lease): lease.code == .ok
        case .code(let code): code == .ok
        case .hits(let hits): !hits.services.isEmpty
        case .taking(.nothing): false
        }
    }

    private static func text(of job: RemoteJob) -> String {
        let name = Sanitizer.sanitize(job.device)
        let words = "device \(name), \(job.seconds) s"
        guard !job.body.isEmpty else { return words }
        let body = Sanitizer.sanitize(job.body.span)
        let shown = body.count > longestBody ? "\(body.prefix(longestBody))…" : body
        return "\(words), body of \(counted(job.body.count, "byte")) \"\(shown)\""
    }

    private static func text(wait: UInt32) -> String {
        wait == 0 ? "do not wait" : "wait at most \(wait) ms"
    }

    /// What a code means as the result of this procedure.
    static func text(of code: RemoteCode, in procedure: RemoteProcedure) -> String {
        switch procedure {
        case .register, .renew, .lookup, .cancel: text(ofRegistry: code)
        case .null, .submit, .take, .status, .put, .get, .mailboxes: text(of: code)
        }
    }

    private static func text(of code: RemoteCode) -> String {
        switch code {
        case .ok: "OK"
        case .full: "FULL: there is no free slot"
        case .empty: "EMPTY: there is no job"
        case .timeout: "TIMEOUT: it took too long"
        case .denied:
            "DENIED: over a limit or quota, device or address is muted, or the server stops"
        case .bad: "BAD: no such mailbox, no name or time, or a body too large to take"
        }
    }

    /// What a code means where services are registered.
    private static func text(ofRegistry code: RemoteCode) -> String {
        switch code {
        case .ok: "OK"
        case .full: "FULL: there are more than one reply gives"
        case .empty: "EMPTY: there is no such service, or its lease has ended"
        case .timeout: text(of: code)
        case .denied: "DENIED: the registry is full, or the address is another host's"
        case .bad: "BAD: a name that is none, or no address h1.h2.h3.h4.p1.p2"
        }
    }
}
