import Core
import Foundation
import Glibc
import Testing

/// A program that a test runs, read by the test; killed when the test forgets it.
final class Child {
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// Ours, read once, because other tests of this process change variables.
    static let environment = ProcessInfo.processInfo.environment

    let pid: pid_t
    private let output: PipeEnd
    private let errors: PipeEnd
    private var end: End?

    /// Starts a program with an empty standard input, no blocked signals.
    ///
    /// - Parameters:
    ///   - path: The program's.
    ///   - arguments: Without its name.
    ///   - changes: Variables to set; `nil` removes one.
    /// - Throws: When it cannot be started.
    convenience init(
        _ path: String,
        _ arguments: [String],
        changing changes: [String: String?] = [:]
    ) throws {
        let (output, outputWriter) = try PipeEnd.pair()
        let (errors, errorWriter) = try PipeEnd.pair()
        defer {
            close(outputWriter)
            close(errorWriter)
        }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let plan = SpawnPlan(descriptors: [null, outputWriter, errorWriter])
        try self.init(
            pid: plan.spawn(path, arguments, changing: changes),
            output: output,
            errors: errors
        )
    }

    /// Starts a program in a session of its own, with a terminal and nothing else.
    ///
    /// - Parameters:
    ///   - path: The program's.
    ///   - arguments: Without its name.
    ///   - terminal: The path of the terminal's device.
    /// - Throws: When it cannot be started.
    convenience init(_ path: String, _ arguments: [String], onTerminal terminal: String) throws {
        let pid = try SpawnPlan(terminal: terminal).spawn(path, arguments)
        self.init(pid: pid, output: PipeEnd(-1), errors: PipeEnd(-1))
    }

    convenience init(_ program: BuiltProgram, _ arguments: String...) throws {
        try self.init(program.path, arguments)
    }

    private init(pid: pid_t, output: PipeEnd, errors: PipeEnd) {
        self.pid = pid
        self.output = output
        self.errors = errors
    }

    deinit {
        guard ended == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// All that the program has written so far.
    var text: String { output.text }
    var errorText: String { errors.text }
    var bytes: [UInt8] { output.all }

    /// Closes our end of its standard output, as `head` does.
    func closeOutput() { output.close() }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// How it ended; `nil` while it runs.
    var ended: End? {
        guard end == nil else { return end }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        end = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
        return end
    }

    /// Waits for its end where nothing can be awaited, as in `deinit`; it must be near.
    func waitUntilOver() {
        var status: Int32 = 0
        guard end == nil, waitpid(pid, &status, 0) == pid else { return }
        end = .exited(status >> 8 & 0xff)
    }

    /// Waits for its end, reading all the while.
    func waitForEnd(within limit: Duration = Waiting.limit) async throws -> End {
        let end = try await Waiting.until("the end of the program", within: limit, instead: story) {
            output.fill()
            errors.fill()
            return ended
        }
        output.fill()
        errors.fill()
        return end
    }

    /// Sends a signal that is to end it, and waits for that.
    ///
    /// A thread of its own looks at the clock: this test may be resumed only when others let it.
    ///
    /// - Parameter signal: The signal's number.
    /// - Returns: How long it took to end.
    /// - Throws: Where it does not end.
    func timeToEnd(after signal: Int32) async throws -> Duration {
        let end = Guarded<ContinuousClock.Instant?>(nil)
        let start = ContinuousClock.now
        let watcher = SystemThread(name: "watcher") { [pid] in
            var fate = siginfo_t()
            while waitid(P_PID, id_t(pid), &fate, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            end.withLock { $0 = .now }
        }
        defer { watcher.join() }
        send(signal)
        do {
            return try await Waiting.until("the end of the program", instead: story) {
                output.fill()
                errors.fill()
                return end.withLock { $0 }
            } - start
        } catch {
            kill(pid, SIGKILL)
            throw error
        }
    }

    /// Waits for a text on its standard output.
    @discardableResult
    func waitForOutput(_ part: String) async throws -> String {
        try await Waiting.until("'\(part)'", instead: story) {
            let text = text
            if text.contains(part) { return text }
            if ended != nil, !self.text.contains(part) {
                throw NotInTime(awaited: "'\(part)' before the program ended", instead: story())
            }
            return nil
        }
    }

    /// The last of both outputs, for messages.
    func story() -> String {
        "stdout: \(text.suffix(2000))\nstderr: \(errorText.suffix(2000))"
    }
}

/// Our end of a child's output, read without waiting.
private final class PipeEnd {
    private var descriptor: Int32
    private(set) var read: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close() }

    static func pair() throws -> (PipeEnd, writer: Int32) {
        // Two sockets, because pipe2 is not visible here, and a pipe made without it could be
        // inherited by another test's child in between.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (PipeEnd(ends[0]), ends[1])
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Takes what is there.
    func fill() {
        guard descriptor >= 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let length = Glibc.read(descriptor, &chunk, chunk.count)
            guard length > 0 else { return }
            read += chunk[..<length]
        }
    }

    var all: [UInt8] {
        fill()
        return read
    }

    var text: String { String(decoding: all, as: UTF8.self) }
}
