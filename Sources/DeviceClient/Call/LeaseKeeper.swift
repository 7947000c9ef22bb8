import Core

/// A provider that lives: its lease is renewed at half of its time, and cancelled in the end.
final class LeaseKeeper {
    private let register: RemoteRegister
    private var lease: RemoteLease
    private let client: RemoteClient
    private let output: Output
    private let errors: Output

    /// The user's Ctrl-C waits for a call at most so long.
    private static let patience = Duration.seconds(2)

    /// - Parameters:
    ///   - register: What was registered.
    ///   - lease: What the server granted.
    ///   - client: On whose server.
    ///   - output: Gets what happens.
    ///   - errors: Gets what goes wrong.
    init(
        _ register: RemoteRegister,
        _ lease: RemoteLease,
        _ client: RemoteClient,
        _ output: Output,
        _ errors: Output
    ) {
        self.register = register
        self.lease = lease
        self.client = client
        self.output = output
        self.errors = errors
    }

    /// Renews until the user has enough, then cancels.
    func keep(until interruption: Interruption) {
        output.write("kept until Ctrl-C\n")
        var isFirst = true
        _ = interruption.wait(every: Int32(clamping: lease.leaseSeconds * 500)) {
            if !isFirst { renew() }
            isFirst = false
        }
        tell("CANCEL", .cancel(lease: lease.lease))
    }

    /// A server that was started anew has forgotten the lease: then the service is registered again.
    private func renew() {
        let renewal = RemoteRenew(lease: lease.lease, leaseSeconds: register.leaseSeconds)
        guard case .lease(let renewed)? = call("RENEW", .renew(renewal)) else { return }
        if renewed.code == .ok { return }
        output.write("RENEW: \(CallWords.text(of: .lease(renewed)))\n")
        if case .lease(let new)? = tell("REGISTER", .register(register)), new.code == .ok {
            lease = new
        }
    }

    @discardableResult
    private func tell(_ name: String, _ request: RemoteRequest) -> RemoteResult? {
        let result = call(name, request)
        if let result { output.write("\(name): \(CallWords.text(of: result))\n") }
        return result
    }

    private func call(_ name: String, _ request: RemoteRequest) -> RemoteResult? {
        do throws(RemoteCallFailure) {
            return try client.doOperation(request, timeout: Self.patience)
        } catch {
            errors.write("\(name): \(Sanitizer.sanitize(error.description))\n")
            return nil
        }
    }
}
