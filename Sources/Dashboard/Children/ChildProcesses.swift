import Core
import Glibc

/// Programs that this one starts together, listens to, and ends together. Main thread.
final class ChildProcesses {
    /// What has been said and not been taken.
    private struct News {
        var lines: [String] = []
        var running = 0
        /// Lines that nobody took in time.
        var dropped = 0

        mutating func add(_ line: String) {
            if lines.count < limit { lines.append(line) } else { dropped += 1 }
        }
    }

    /// More untaken lines than that are counted and not kept.
    private static let limit = 1000

    private var children: [ChildProcess] = []
    /// Why some could not be started.
    private(set) var failures: [String] = []
    private let news = Guarded(News())
    private let parker = Parker()
    private let whenNews: @Sendable () -> Void

    /// - Parameter whenNews: Called by any thread when there is a new line or an end.
    init(whenNews: @escaping @Sendable () -> Void) {
        self.whenNews = whenNews
    }

    /// Starts a program; one that cannot be started is a line and a failure.
    func start(_ command: ChildProcess.Command) {
        news.withLock { $0.running += 1 }
        do throws(SystemError) {
            let child = try ChildProcess(
                command,
                whenLine: { [news, whenNews] pid, line in
                    news.withLock { $0.add("[\(pid)] \(line)") }
                    whenNews()
                },
                whenEnded: { [news, parker, whenNews] in
                    news.withLock { $0.running -= 1 }
                    parker.unpark()
                    whenNews()
                }
            )
            children.append(child)
        } catch {
            failures.append("\(command.name) cannot be started: \(error)")
            news.withLock { $0.running -= 1 }
        }
    }

    /// Whether one of them still runs.
    var isRunning: Bool { news.withLock { $0.running > 0 } }

    /// What they have written since the last time, with their process's number before each line.
    func takeLines() -> [String] {
        let (lines, dropped) = news.withLock { news in
            defer { (news.lines, news.dropped) = ([], 0) }
            return (news.lines, news.dropped)
        }
        return lines + (dropped > 0 ? ["… \(dropped) lines not shown"] : [])
    }

    /// Asks all to end, and ends those that do not; then none is left.
    ///
    /// - Parameter patience: How long they may take.
    func stop(patience: Duration) {
        for child in children { child.send(SIGTERM) }
        let deadline = ContinuousClock.now + patience
        while isRunning {
            let left = deadline - .now
            if left <= .zero { break }
            parker.park(atMost: left)
        }
        for child in children {
            child.send(SIGKILL)
            child.join()
        }
    }

    /// How each ended, in the order in which they were started.
    var report: [String] {
        failures
            + children.map { child in
                let line = child.lastLine.isEmpty ? "\(child.name) wrote nothing" : child.lastLine
                return switch child.end {
                case .killed(let signal): "[\(child.pid)] \(line) (ended by signal \(signal))"
                case .exited, nil: "[\(child.pid)] \(line)"
                }
            }
    }
}
