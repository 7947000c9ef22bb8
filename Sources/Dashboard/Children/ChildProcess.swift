import CLinux
import Core
import Glibc

/// A program started by this one, and what it writes, line by line.
///
/// A thread reads its output and then waits for its end, so that no zombie stays.
final class ChildProcess: Sendable {
    /// What to start.
    struct Command: Equatable, Sendable {
        /// For people, such as `P1`.
        var name: String
        var path: String
        /// Without the program's own name.
        var arguments: [String]
    }

    enum End: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    private struct State {
        var end: End?
        var lastLine = ""
    }

    /// A longer line is cut; nobody reads it, and memory is bounded.
    private static let longestLine = 1000

    let name: String
    let pid: pid_t
    private let state: Guarded<State>
    private let thread: SystemThread

    /// Starts the program. It is stopped and joined by whoever starts it.
    ///
    /// - Parameters:
    ///   - command: What to start.
    ///   - whenLine: Gets every line, sanitised, on a thread of the child's.
    ///   - whenEnded: Called once, on the same thread, when the process has ended.
    /// - Throws: Why it cannot be started.
    init(
        _ command: Command,
        whenLine: @escaping @Sendable (_ pid: pid_t, _ line: String) -> Void,
        whenEnded: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        // Sockets, for they are closed on exec from the first: no other child may hold an end.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try SystemError.check("socketpair") { socketpair(AF_UNIX, kind, 0, &ends) }
        let (reader, writer) = (ends[0], ends[1])
        defer { close(writer) }
        var pid: pid_t = 0
        let number = Self.withStrings([command.path] + command.arguments) {
            clinux_spawn(&pid, command.path, $0, writer)
        }
        guard number == 0 else {
            close(reader)
            throw SystemError(command.path, number: number)
        }
        let (process, state) = (pid, Guarded(State()))
        name = command.name
        self.pid = pid
        self.state = state
        thread = SystemThread(name: command.name) {
            Self.readLines(from: reader) { line in
                state.withLock { $0.lastLine = line }
                whenLine(process, line)
            }
            close(reader)
            Self.awaitEnd(of: process, state)
            whenEnded()
        }
    }

    /// How it ended; `nil` while it runs.
    var end: End? { state.withLock { $0.end } }

    /// The last line that it wrote.
    var lastLine: String { state.withLock { $0.lastLine } }

    /// Sends a signal to it and to what it started; nothing once it has ended, for its number may by
    /// then be another's.
    func send(_ signal: Int32) {
        state.withLock { state in
            if state.end == nil { kill(-pid, signal) }
        }
    }

    /// Waits for its end.
    func join() { thread.join() }

    private static func readLines(from descriptor: Int32, _ body: (String) -> Void) {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let length = read(descriptor, &chunk, chunk.count)
            if length < 0 && errno == EINTR { continue }
            guard length > 0 else { break }
            for byte in chunk[..<length] {
                if byte == UInt8(ascii: "\n") {
                    body(Sanitizer.sanitize(line.span))
                    line.removeAll(keepingCapacity: true)
                } else if line.count < longestLine {
                    line.append(byte)
                }
            }
        }
        if !line.isEmpty { body(Sanitizer.sanitize(line.span)) }
    }

    /// The process is reaped under the lock, so that no signal can be sent to its number after it.
    private static func awaitEnd(of pid: pid_t, _ state: Guarded<State>) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        state.withLock { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7f
            state.end = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
        }
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
