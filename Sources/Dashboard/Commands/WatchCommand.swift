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
            """
    )

    @Argument(help: "Where the server is: HOST, or HOST:PORT.")
    var host = "127.0.0.1"

    @Argument(help: "The server's port. (default: 5555)")
    var port: UInt16?

    @Flag(inversion: .prefixedNo, help: "No screen: one sentence per event on standard output.")
    var headless = false

    @OptionGroup var looks: LookOptions

    func run() throws {
        let target = try target()
        let signals = try SignalSource()
        guard !headless, isatty(STDOUT_FILENO) == 1 else {
            var printer = WatchPrinter(
                WatchClient(target),
                of: target.name,
                signals: signals,
                output: Output.standard
            )
            return printer.run()
        }
        let screen: NcursesTerminal
        do {
            screen = try NcursesTerminal(
                input: STDIN_FILENO,
                output: STDOUT_FILENO,
                theme: looks.theme,
                ascii: looks.ascii
            )
        } catch {
            throw StartError("watch needs a terminal, or --headless: \(error)")
        }
        let session = TerminalSession(terminal: screen, signals: signals)
        var loop = WatchLoop(
            WatchClient(target),
            of: target.name,
            session: session,
            framesPerSecond: looks.fps
        )
        _ = loop.run()
        screen.close()
    }

    /// What the words name: `HOST PORT`, `HOST:PORT`, `[::1]:PORT` or `HOST`.
    func target() throws -> WatchClient.Target {
        let (host, found) = try WatchAddress.parse(host)
        if let found, let port, found != port {
            throw ValidationError("The port is there twice: \(found) and \(port).")
        }
        return WatchClient.Target(host: host, port: port ?? found ?? WatchAddress.usualPort)
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
