import ArgumentParser
import Core
import Glibc
import TerminalUI

/// `signalbox watch`: the dashboard of a server that runs elsewhere, to be looked at only.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a running server from another terminal; nothing is changed there.",
        discussion: """
            Any number may watch a server, and none of them slows it:

              signalbox watch 127.0.0.1 5555

            It shows the default mailbox, --mailbox another one; M lists all there are.
            Without an address it lists the servers that tell a group of themselves (serve --group).
            """
    )

    @Argument(help: "Where the server is: HOST or HOST:PORT; without it, the servers of a group.")
    var host: String?

    @Argument(help: "The server's port. (default: 5555)")
    var port: UInt16?

    @Option(
        help: ArgumentHelp(
            "The mailbox to watch. (default: the one that is meant at the port)",
            valueName: "name"
        )
    )
    var mailbox: String?

    @Option(
        help: ArgumentHelp(
            "List the group's servers that are heard on this interface. (default: lo)",
            valueName: "interface"
        )
    )
    var group: String?

    @Option(
        name: .customLong("group-name"),
        help: ArgumentHelp("The group's name.", valueName: "name")
    )
    var groupName = "default"

    @Flag(inversion: .prefixedNo, help: "No screen: one sentence per event on standard output.")
    var headless = false

    @OptionGroup(title: "Access") var access: WatchAccessOptions
    @OptionGroup var looks: LookOptions

    private var wantsScreen: Bool { !headless && isatty(STDOUT_FILENO) == 1 }

    func validate() throws {
        guard host == nil || group == nil else {
            throw ValidationError("--group lists servers, HOST is one; say one of the two.")
        }
        guard GroupEvent.isWord(groupName) else {
            throw ValidationError("--group-name is 1 to 64 printable characters without spaces.")
        }
        if let host { _ = try WatchAddress.parse(host) }
        guard mailbox.map(MailboxName.isValid) ?? true else {
            throw ValidationError(
                "--mailbox is 1 to \(MailboxName.longest) letters, digits, '-', '_' or '.'."
            )
        }
        guard mailbox == nil || host != nil else {
            throw ValidationError("--mailbox needs HOST; in a group's list M shows another one.")
        }
    }

    func run() throws {
        guard let host else { return try listGroup() }
        let target = try target(host)
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        guard wantsScreen else {
            var printer = WatchPrinter(
                WatchClient(target),
                of: target.name,
                signals: signals,
                output: lines(release)
            )
            return try tell(printer.run())
        }
        let screen = try openScreen()
        let session = TerminalSession(terminal: screen, signals: signals)
        let ending = watch(target, session, hasList: false)
        release.endIsNear()
        screen.close()
        if case .refused(let refusal) = ending { try tell(refusal) }
    }

    /// Where the lines go without a screen; a reader that has stalled does not keep us from ending.
    private func lines(_ release: TerminalRelease) -> Output {
        Output(
            descriptor: STDOUT_FILENO,
            interruption: release.interruption,
            patience: Session.patience
        )
    }

    /// - Throws: `ExitCode(1)` where there is a reason why the server cannot be followed.
    private func tell(_ refusal: String?) throws {
        guard let refusal else { return }
        Output.error.write("\(refusal)\n")
        throw ExitCode(1)
    }

    private func watch(
        _ target: WatchClient.Target,
        _ session: TerminalSession,
        hasList: Bool
    ) -> WatchLoop.Ending {
        var target = target
        while true {
            var loop = WatchLoop(
                WatchClient(target),
                of: target.name,
                session: session,
                framesPerSecond: looks.fps,
                hasList: hasList
            )
            let ending = loop.run()
            guard case .show(let mailbox) = ending else { return ending }
            target.mailbox = mailbox
        }
    }

    private func openScreen() throws -> NcursesTerminal {
        do {
            return try NcursesTerminal(
                input: STDIN_FILENO,
                output: STDOUT_FILENO,
                theme: looks.theme,
                ascii: looks.ascii
            )
        } catch {
            throw StartError("watch needs a terminal, or --headless: \(error)")
        }
    }

    // MARK: - A group

    private func listGroup() throws {
        let interface = try interface()
        let clock = SystemClock()
        let ear = GroupEar(try listener(on: interface, clock))
        defer { ear.end() }
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        guard wantsScreen else {
            return GroupLoop.printChanges(ear, signals: signals, to: lines(release))
        }
        let screen = try openScreen()
        let session = TerminalSession(terminal: screen, signals: signals)
        var loop = GroupLoop(
            ear,
            clock: clock,
            screen: GroupScreen(
                source: "group \(groupName) on \(interface.name)",
                interface: interface.name,
                size: session.size
            ),
            session: session
        )
        while let address = loop.run() {
            guard let target = try? target(address) else { continue }
            let ending = watch(target, session, hasList: true)
            if ending == .quit { break }
            if case .refused(let refusal) = ending { loop.say(refusal) }
        }
        release.endIsNear()
        screen.close()
    }

    private func interface() throws -> NetworkInterface {
        do {
            return try NetworkInterface.named(group ?? "lo")
        } catch {
            throw StartError("--group \(Sanitizer.sanitize(group ?? "lo")): \(error)")
        }
    }

    private func listener(
        on interface: NetworkInterface,
        _ clock: any EngineClock
    ) throws -> GroupListener {
        let token = try access.credentials(for: "").token
        do {
            return try GroupListener(
                group: groupName,
                on: interface,
                token: token,
                clock: clock,
                milliseconds: Seals.wallClock
            )
        } catch {
            throw StartError("--group \(interface.name): \(error)")
        }
    }

    /// What the words name: `HOST PORT`, `HOST:PORT`, `[::1]:PORT` or `HOST`.
    private func target(_ text: String) throws -> WatchClient.Target {
        let (host, found) = try WatchAddress.parse(text)
        if let found, let port, found != port {
            throw ValidationError("The port is there twice: \(found) and \(port).")
        }
        var target = WatchClient.Target(
            host: host,
            port: port ?? found ?? WatchAddress.usualPort
        )
        target.mailbox = mailbox
        target.credentials = try access.credentials(for: host)
        return target
    }
}

/// A server's address as a user writes it.
enum WatchAddress {
    static let usualPort: UInt16 = 5555

    /// - Parameter text: `HOST`, `HOST:PORT`, `[::1]` or `[::1]:PORT`.
    /// - Returns: The host without brackets, and the port where there is one.
    /// - Throws: A `ValidationError` where it is none of these.
    static func parse(_ text: String) throws -> (host: String, port: UInt16?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (String(text[..<end].dropFirst()), try port(rest.dropFirst(), in: text))
        }
        guard text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") else {
            guard !text.isEmpty else { throw ValidationError("HOST is empty.") }
            return (text, nil)
        }
        let port = try port(text[text.index(after: colon)...], in: text)
        return (String(text[..<colon]), port)
    }

    private static func port(_ digits: Substring, in text: String) throws -> UInt16? {
        guard !digits.isEmpty else { return nil }
        guard let port = UInt16(digits), port > 0 else {
            throw ValidationError("The port in '\(Sanitizer.sanitize(text))' is not 1 to 65535.")
        }
        return port
    }
}
