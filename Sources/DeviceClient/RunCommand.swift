import ArgumentParser
import Core

struct RunCommand: ParsableCommand {
    enum WaitFor: String, CaseIterable, ExpressibleByArgument {
        case reply
        case none
    }

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Send jobs and wait for the replies.",
        discussion: """
            Each device sends its jobs one after another, such as 3:5 for device 3 and 5 seconds, and \
            says at the end how many were answered and how fast. A job is never sent twice.
            """
    )

    private static let deviceLimits = 1...1000
    private static let jobLimits = 1...1_000_000
    private static let pageTime = Microseconds(10_000_000)

    @Argument(help: "The server's name or address.")
    var address: String

    @Argument(help: "The server's port.")
    var port: UInt16

    @Option(help: "How many devices, each with a thread.")
    var devices = 3

    @Option(help: "How many jobs each device sends; by default no end with --tui, else 5.")
    var jobs: Int?

    @Option(help: "A job's CPU time: a range such as 1...5 or 0.25...1, or one number.")
    var seconds = "1...5"

    @Option(help: "The pause before each job, as a range or one number of seconds.")
    var interval = "0...1"

    @Option(help: "Whether a device waits for the reply before it sends its next job.")
    var wait = WaitFor.reply

    @Option(
        help: ArgumentHelp(
            "How many seconds to wait for one reply.",
            discussion: """
                Five minutes by default, because a server with a full buffer holds a reply back until a \
                slot is free, which can take as long as other devices' jobs, or a pause. A server that \
                is not there at all is noticed at once where its machine says so.
                """
        )
    )
    var timeout = "300"

    @Option(name: .customLong("protocol"), help: "How to talk to the server.")
    var transport = DeviceProtocol.udp

    @OptionGroup(title: "Access") var access: AccessOptions

    @Option(help: "Repeats the run that had this seed; by default another one each time.")
    var seed: UInt64?

    @Option(name: .customLong("first-id"), help: "The first device's number.")
    var firstID = 1

    @Flag(help: "A screen: own jobs and the server's buffer; keys send, pause, speed up.")
    var tui = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What a device does: 'random' asks for random times, 'grab URL' gets a page each time.",
            discussion: "A page's job has the time that the page took. Give it after the port.",
            valueName: "work"
        )
    )
    var work = ["random"]

    func validate() throws {
        guard port > 0 else { throw ValidationError("The port is 1 to 65535, not 0.") }
        try Self.check("--devices", devices, Self.deviceLimits)
        if let jobs { try Self.check("--jobs", jobs, Self.jobLimits) }
        try Self.check("--first-id", firstID, 0...1_000_000_000)
        _ = try workload(seed: 0)
        _ = try manner()
        _ = try workAddress()
        guard !access.wantsTLS || transport == .tcp else {
            throw ValidationError("--tls needs --protocol tcp; datagrams are sealed by a token.")
        }
        guard access.tokenFile == nil || transport != .tcp else {
            throw ValidationError(
                "--token-file needs --protocol udp or rpc; a line of text has no place for a token."
            )
        }
    }

    func run() throws {
        let servers = try SocketAddress.resolve(address, port: port)
        guard let server = servers.first else { return }
        let seed = seed ?? UInt64.random(in: 0...999_999)
        let credentials = try access.credentials(for: address)
        var manner = try manner()
        manner.credentials = credentials
        var run = DeviceRun(workload: try workload(seed: seed), server: server, manner: manner)
        if let address = try workAddress() {
            run.work = GrabWork(
                address,
                fetcher: try PageFetcher(timeout: Self.pageTime, authority: nil),
                clock: SystemClock(),
                tell: { Output.error.write("\($0)\n") }
            )
        }
        let code =
            try tui
            ? ScreenRun(
                run: run,
                isEndless: jobs == nil,
                status: { ServerStatus.ask(server, credentials) }
            )
            .perform(output: .standard, errors: .error)
            : run.perform(output: .standard, errors: .error)
        if code != 0 { throw ExitCode(code) }
    }

    /// The page that is the devices' work; `nil` where they ask for random times.
    func workAddress() throws -> WebAddress? {
        switch (work.first, work.count) {
        case ("random", 1): return nil
        case ("grab", 2): return try GrabCommand.address(work[1])
        default:
            throw ValidationError(
                "--work is 'random' or 'grab URL', not"
                    + " '\(Sanitizer.sanitize(work.joined(separator: " ")))'."
            )
        }
    }

    func workload(seed: UInt64) throws -> Workload {
        Workload(
            devices: devices,
            jobsPerDevice: jobs ?? (tui ? Self.jobLimits.upperBound : 5),
            seconds: try Self.range("--seconds", seconds),
            interval: try Self.pauses("--interval", interval),
            seed: seed,
            firstID: firstID
        )
    }

    func manner() throws -> DeviceSession.Manner {
        let limit = try Self.limit("--timeout", timeout)
        return DeviceSession.Manner(
            waitsForReplies: wait == .reply,
            timeout: limit.duration,
            transport: transport
        )
    }

    /// A range of pauses, in milliseconds.
    ///
    /// Whole seconds would make devices send in step; a pause has no digits to keep short.
    static func pauses(_ option: String, _ text: String) throws -> SecondsRange {
        SecondsRange(try range(option, text).bounds, step: Microseconds(1000))
    }

    /// One time, above zero.
    static func limit(_ option: String, _ text: String) throws -> Microseconds {
        let limit = try range(option, text).bounds
        guard limit.lowerBound == limit.upperBound, limit.lowerBound > .zero else {
            throw ValidationError(
                "\(option) is one number of seconds above 0, not '\(Sanitizer.sanitize(text))'."
            )
        }
        return limit.upperBound
    }

    private static func range(_ option: String, _ text: String) throws -> SecondsRange {
        guard let range = SecondsRange(text) else {
            throw ValidationError(
                """
                \(option) is a number of seconds from 0 to 86400 or a range such as 1...5, \
                not '\(Sanitizer.sanitize(text))'.
                """
            )
        }
        return range
    }

    static func check(_ option: String, _ value: Int, _ limits: ClosedRange<Int>) throws {
        guard limits.contains(value) else {
            throw ValidationError(
                "\(option) is \(limits.lowerBound) to \(limits.upperBound), not \(value)."
            )
        }
    }
}

extension DeviceProtocol: ExpressibleByArgument {}
