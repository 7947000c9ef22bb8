import ArgumentParser
import Core
import Glibc

/// One remote call, with everything that the lecture's slide shows of it.
struct CallCommand: ParsableCommand {
    enum Procedure: String, CaseIterable, ExpressibleByArgument {
        case submit
        case take
        case status
        case null
        case register
        case renew
        case lookup
        case cancel
        case put
        case get
        case mailboxes
    }

    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Make one remote call and show request and reply.",
        discussion: """
            submit puts a job into the server's buffer, take takes one out, status asks how full it \
            is, null only whether the server is there. put and get do the same with a mailbox whose \
            name follows the port; mailboxes lists them.

            register ADDRESS PORT NAME WHERE tells the server's registry that the service NAME is at \
            WHERE, such as 127.0.0.1:6000 or :6000 for this machine; until its lease ends, or with \
            --keep until Ctrl-C. lookup finds it, by NAME or every one; renew and cancel need the \
            lease's number.

            The remote program is \(RemoteProgram.number), version \(RemoteProgram.version) (Docs/signalbox.x); other \
            programs can call it too, such as: rpcinfo -a 127.0.0.1.21.179 -T udp \
            \(RemoteProgram.number) 1, where 21.179 is the port 5555 (21 * 256 + 179).
            """
    )

    private static let secondsLimits = 1...3600

    @Argument(
        help: """
            What to call: submit, take, status, null, put, get, mailboxes, register, renew, lookup \
            or cancel.
            """
    )
    var procedure: Procedure

    @Argument(help: "The server's name or address.")
    var address: String

    @Argument(help: "The server's port.")
    var port: UInt16

    @Argument(
        help: """
            register: the service's name and where it is; lookup: perhaps a name; renew, cancel: the \
            lease; put, get: perhaps a mailbox.
            """
    )
    var words: [String] = []

    @Flag(help: "Call over TCP, with record marks; else over UDP.")
    var tcp = false

    @OptionGroup(title: "Access") var access: AccessOptions

    @Option(help: "submit, put: the device's name.")
    var device: String?

    @Option(help: "submit, put: the job's CPU time in whole seconds.")
    var seconds: UInt32?

    @Option(help: "submit, put: what the taker of the job shall get.")
    var body: String?

    @Option(
        help: """
            submit, take, put, get: how many milliseconds to wait for a slot or a job; 0 does not \
            block.
            """
    )
    var wait: UInt32?

    @Option(help: "register, renew: for how many seconds. (default: as the server says)")
    var lease: UInt32?

    @Flag(help: "register: renew until Ctrl-C, then cancel.")
    var keep = false

    @Option(help: "How many seconds to wait for the reply; by default 5 more than --wait.")
    var timeout: Int?

    @Flag(help: "Show the marshalled words of request and reply, 4 bytes a line.")
    var bytes = false

    @Flag(help: "With --bytes: the arguments in native form too, and what a receiver converts.")
    var native = false

    func validate() throws {
        guard port > 0 else { throw ValidationError("The port is 1 to 65535, not 0.") }
        if let timeout, !Self.secondsLimits.contains(timeout) {
            throw ValidationError(
                "--timeout is \(Self.secondsLimits.lowerBound) to \(Self.secondsLimits.upperBound) "
                    + "seconds, not \(timeout)."
            )
        }
        guard tcp || !access.wantsTLS else {
            throw ValidationError("--tls needs --tcp; datagrams are sealed by a token.")
        }
        guard !tcp || access.tokenFile == nil else {
            throw ValidationError(
                "--token-file seals datagrams; over TCP a call shows a certificate (--tls-cert)."
            )
        }
        if native && !bytes { throw ValidationError("--native needs --bytes.") }
        let hasJob = device != nil || seconds != nil || body != nil
        if hasJob && ![.submit, .put].contains(procedure) {
            throw ValidationError("--device, --seconds and --body belong to submit and put.")
        }
        if wait != nil && ![.submit, .take, .put, .get].contains(procedure) {
            throw ValidationError("--wait belongs to submit, take, put and get.")
        }
        if let body, body.utf8.count > RemoteProgram.longestBody {
            throw ValidationError(
                "--body has \(body.utf8.count) bytes, at most \(RemoteProgram.longestBody) are allowed."
            )
        }
        try validateLease()
        _ = try request
    }

    private func validateLease() throws {
        if lease != nil && ![.register, .renew].contains(procedure) {
            throw ValidationError("--lease belongs to register and renew.")
        }
        if keep && procedure != .register { throw ValidationError("--keep belongs to register.") }
        if let lease, !(1...Registry.longestLease).contains(lease) {
            throw ValidationError("--lease is 1 to \(Registry.longestLease) seconds, not \(lease).")
        }
    }

    func run() throws {
        let code = try perform(output: .standard, errors: .error)
        if code != 0 { throw ExitCode(code) }
    }

    /// By default 5 s; for a call that waits, longer than a server that is stuck takes to say so.
    var patience: Duration {
        if let timeout { return .seconds(timeout) }
        return (wait ?? 0) > 0 ? Patience.longest.duration + .seconds(5) : .seconds(5)
    }

    /// Makes the call.
    ///
    /// - Parameters:
    ///   - output: Gets request and reply.
    ///   - errors: Gets why there is no result.
    /// - Returns: 0, or 1 where the answer is not OK or there is none.
    /// - Throws: Where the server's name has no address.
    func perform(output: Output, errors: Output) throws -> Int32 {
        let request = try request
        guard let server = try SocketAddress.resolve(address, port: port).first else { return 1 }
        let credentials = try access.credentials(for: address)
        let interruption = keep ? try Interruption() : nil
        defer { interruption?.stop() }
        output.write("\(CallWords.text(of: request)), to \(server) over \(tcp ? "TCP" : "UDP")\n")
        do throws(RemoteCallFailure) {
            let client = try RemoteClient(
                server,
                over: tcp ? .tcp : .udp,
                credentials,
                timeout: patience
            )
            let result = try call(request, server, client, output)
            if case .lease(let lease) = result, case .register(let register) = request,
                let interruption, lease.code == .ok
            {
                let keeper = LeaseKeeper(register, lease, client, output, errors)
                keeper.keep(until: interruption)
            }
            return CallWords.isOK(result) ? 0 : 1
        } catch {
            errors.write("no result: \(sentence(error, server: server))\n")
            return 1
        }
    }

    private func call(
        _ request: RemoteRequest,
        _ server: SocketAddress,
        _ client: RemoteClient,
        _ output: Output
    ) throws(RemoteCallFailure) -> RemoteResult {
        let start = ContinuousClock.now
        let result: RemoteResult
        do throws(RemoteCallFailure) {
            result = try client.doOperation(request, timeout: patience)
        } catch {
            if bytes { output.write(words(of: client, request)) }
            throw error
        }
        let milliseconds = Double((ContinuousClock.now - start).nanoseconds / 1000) / 1000
        output.write("reply after \(milliseconds) ms: \(CallWords.text(of: result))\n")
        nameMailboxes(client, request, result, output)
        output.write(CallWords.lines(of: result, from: server).map { "\($0)\n" }.joined())
        if bytes { output.write(words(of: client, request)) }
        if procedure == .status { listMailboxes(client, server, output) }
        return result
    }

    /// BAD has several reasons; that the mailbox is not there can be found out.
    private func nameMailboxes(
        _ client: RemoteClient,
        _ request: RemoteRequest,
        _ result: RemoteResult,
        _ output: Output
    ) {
        guard let name = CallWords.refusedMailbox(request, result),
            case .mailboxes(let list)? = try? client.doOperation(.mailboxes, timeout: patience),
            let sentence = CallWords.sentence(onMissing: name, in: list)
        else { return }
        output.write("\(sentence)\n")
    }

    /// The counts say how full; where messages can be sent to, an older server cannot tell.
    private func listMailboxes(
        _ client: RemoteClient,
        _ server: SocketAddress,
        _ output: Output
    ) {
        guard let list = try? client.doOperation(.mailboxes, timeout: patience) else { return }
        output.write(CallWords.lines(of: list, from: server).map { "\($0)\n" }.joined())
    }

    /// "Connection refused" sounds as if somebody had said no; there is nobody.
    private func sentence(_ failure: RemoteCallFailure, server: SocketAddress) -> String {
        if case .system(let error) = failure, error.number == ECONNREFUSED {
            return "no server answers at \(server.host) \(server.port)"
        }
        let words = Sanitizer.sanitize(failure.description)
        guard failure == .answered(.refused(.authentication(.tooWeak))) else { return words }
        return words + CallWords.remedy(overTCP: tcp)
    }

    private func words(of client: RemoteClient, _ request: RemoteRequest) -> String {
        var lines = ["", "request, \(client.lastRequest.count) bytes:"]
        if tcp { lines.append(mark(client.lastRequest)) }
        lines += MarshalledWords.request(client.lastRequest)
        if native { lines += [""] + NativeWords.lines(of: request) }
        if !client.lastReply.isEmpty {
            lines += ["", "reply, \(client.lastReply.count) bytes:"]
            if tcp { lines.append(mark(client.lastReply)) }
            lines += MarshalledWords.reply(client.lastReply, to: request.procedure)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The mark before a record, which is no part of the message.
    private func mark(_ message: [UInt8]) -> String {
        let mark = String(RecordMarking.mark(recordOf: message.count), radix: 16)
        return "mark  \(mark)  last fragment of the record, length \(message.count)"
    }
}
