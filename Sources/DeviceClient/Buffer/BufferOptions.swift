import ArgumentParser
import CLinux
import Core
import Glibc

/// The flags that `produce` and `consume` share.
struct BufferOptions: ParsableArguments {
    @Argument(help: "The server's name or address.")
    var address = "localhost"

    @Argument(help: "The server's TCP port.")
    var port: UInt16 = 5555

    @Option(help: "How many items to put or take.")
    var items = 5

    @Option(help: "Which of the server's mailboxes, by its name. (default: that of the port)")
    var mailbox: String?

    @Option(
        help: ArgumentHelp(
            "How long the server waits for a slot or an item before it says full or empty: 0 to 20"
                + " seconds. (default: 0)",
            valueName: "seconds"
        )
    )
    var wait: Double?

    @Option(help: "How often to try again when the buffer is full or empty.")
    var retries = 5

    @Option(help: "The pause before trying again, as a range or one number of seconds.")
    var pause = "1...3"

    @Option(help: "The pause between two items, as a range or one number of seconds.")
    var interval = "0...1"

    @Option(help: "The client's name; 1 makes it P1 or C1.")
    var id = "1"

    @Option(help: "Repeats the pauses of the run that had this seed; by default others each time.")
    var seed: UInt64?

    @OptionGroup(title: "Access") var access: AccessOptions

    @Option(
        name: .customLong("launched-by"),
        help: ArgumentHelp("End when this process does.", visibility: .private)
    )
    var launcher: Int32?

    func validate() throws {
        guard port > 0 else { throw ValidationError("The port is 1 to 65535, not 0.") }
        try RunCommand.check("--items", items, 1...1_000_000)
        try RunCommand.check("--retries", retries, 0...1000)
        guard (1...TextJob.longestName).contains(id.utf8.count), id == Sanitizer.sanitize(id) else {
            throw ValidationError(
                "--id is 1 to \(TextJob.longestName) bytes of printable text,"
                    + " not '\(Sanitizer.sanitize(id))'."
            )
        }
        if let mailbox, !MailboxName.isValid(mailbox) {
            throw ValidationError(
                "--mailbox is 1 to \(MailboxName.longest) letters, digits, '-', '_' or '.',"
                    + " not '\(Sanitizer.sanitize(mailbox))'."
            )
        }
        if let wait, !(0...20).contains(wait) {
            throw ValidationError("--wait is 0 to 20 seconds, not \(wait).")
        }
        _ = try plan(.producer, seed: 0)
    }

    func plan(_ role: BufferWish.Role, seed: UInt64) throws -> BufferClient.Plan {
        BufferClient.Plan(
            role: role,
            id: id,
            items: items,
            mailbox: mailbox,
            wait: wait,
            retries: retries,
            pause: try RunCommand.pauses("--pause", pause),
            interval: try RunCommand.pauses("--interval", interval),
            seed: seed
        )
    }

    /// Runs the client to its end, or until a signal comes, and prints its statistics.
    ///
    /// - Parameter role: What to do.
    /// - Throws: `ExitCode`: 1 when items remained undone, 128 + signal after a signal.
    func run(_ role: BufferWish.Role) throws {
        let interruption = try Interruption()
        defer { interruption.stop() }
        if let launcher, !clinux_end_with_parent(launcher) { throw ExitCode(1) }
        let client = BufferClient(
            try plan(role, seed: seed ?? UInt64.random(in: 0...999_999)),
            servers: try SocketAddress.resolve(address, port: port),
            credentials: try access.credentials(for: address),
            clock: SystemClock(),
            say: { Output.standard.write($0 + "\n") }
        )
        let thread = SystemThread(name: client.name) {
            client.run()
            interruption.workIsDone()
        }
        let signal = interruption.wait()
        client.stop()
        thread.join()
        Output.standard.write("\(client.name): \(client.statistics.text)\n")
        if signal != 0 { throw ExitCode(128 + signal) }
        if !client.statistics.isComplete { throw ExitCode(1) }
    }
}

/// `signalbox-device produce`: a producer of the buffer server.
struct ProduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce",
        abstract: "Put items into a buffer server, a TCP connection each.",
        discussion: """
            When the buffer is full, the item is tried again after a pause. An item whose reply does \
            not come is not repeated, for it may be in the buffer.
            """
    )

    @OptionGroup var options: BufferOptions

    func run() throws { try options.run(.producer) }
}

/// `signalbox-device consume`: a consumer of the buffer server.
struct ConsumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "Take items out of a buffer server, a TCP connection each.",
        discussion: "When the buffer is empty, it is tried again after a pause."
    )

    @OptionGroup var options: BufferOptions

    func run() throws { try options.run(.consumer) }
}
