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
    }

    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Make one remote call and show request and reply.",
        discussion: """
            submit puts a job into the server's buffer, take takes one out, status asks how full it \
            is, null only whether the server is there. The remote program is \
            \(RemoteProgram.number), version \(RemoteProgram.version) (Docs/signalbox.x); other \
            programs can call it too, such as: rpcinfo -a 127.0.0.1.21.179 -T udp \
            \(RemoteProgram.number) 1, where 21.179 is the port 5555 (21 * 256 + 179).
            """
    )

    private static let secondsLimits = 1...3600

    @Argument(help: "What to call: submit, take, status or null.")
    var procedure: Procedure

    @Argument(help: "The server's name or address.")
    var address: String

    @Argument(help: "The server's port.")
    var port: UInt16

    @Flag(help: "Call over TCP, with record marks; else over UDP.")
    var tcp = false

    @OptionGroup(title: "Access") var access: AccessOptions

    @Option(help: "submit: the device's name.")
    var device: String?

    @Option(help: "submit: the job's CPU time in whole seconds.")
    var seconds: UInt32?

    @Option(help: "submit: what the taker of the job shall get.")
    var body: String?

    @Option(
        help: "submit, take: how many milliseconds to wait for a slot or a job; 0 does not block."
    )
    var wait: UInt32?

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
        if native && !bytes { throw ValidationError("--native needs --bytes.") }
        let hasJob = device != nil || seconds != nil || body != nil
        if hasJob && procedure != .submit {
            throw ValidationError("--device, --seconds and --body belong to submit.")
        }
        if wait != nil && procedure != .submit && procedure != .take {
            throw ValidationError("--wait belongs to submit and take.")
        }
        if let body, body.utf8.count > RemoteProgram.longestBody {
            throw ValidationError(
                "--body has \(body.utf8.count) bytes, at most \(RemoteProgram.longestBody) are allowed."
            )
        }
    }

    func run() throws {
        let code = try perform(output: .standard, errors: .error)
        if code != 0 { throw ExitCode(code) }
    }

    var request: RemoteRequest {
        switch procedure {
        case .null: return .null
        case .status: return .status
        case .take: return .take(waitMilliseconds: wait ?? 0)
        case .submit:
            let job = RemoteJob(
                device: device ?? "1",
                seconds: seconds ?? 1,
                body: Array((body ?? "").utf8)
            )
            return .submit(RemoteSubmit(job, waitMilliseconds: wait ?? 0))
        }
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
        guard let server = try SocketAddress.resolve(address, port: port).first else { return 1 }
        let credentials = try access.credentials(for: address)
        let transport = tcp ? RemoteClient.Transport.tcp : .udp
        output.write("\(CallWords.text(of: request)), to \(server) over \(tcp ? "TCP" : "UDP")\n")
        let start = ContinuousClock.now
        do throws(RemoteCallFailure) {
            let client = try RemoteClient(
                server,
                over: transport,
                credentials,
                timeout: patience
            )
            defer { if bytes { output.write(words(of: client)) } }
            let result = try client.doOperation(request, timeout: patience)
            let milliseconds = Double((ContinuousClock.now - start).nanoseconds / 1000) / 1000
            output.write("reply after \(milliseconds) ms: \(CallWords.text(of: result))\n")
            return CallWords.isOK(result) ? 0 : 1
        } catch {
            errors.write("no result: \(sentence(error, server: server))\n")
            return 1
        }
    }

    /// "Connection refused" sounds as if somebody had said no; there is nobody.
    private func sentence(_ failure: RemoteCallFailure, server: SocketAddress) -> String {
        if case .system(let error) = failure, error.number == ECONNREFUSED {
            return "no server answers at \(server.host) \(server.port)"
        }
        return Sanitizer.sanitize(failure.description)
    }

    private func words(of client: RemoteClient) -> String {
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
