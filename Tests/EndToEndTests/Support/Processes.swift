import Foundation

/// What the system tells about processes, in /proc.
enum Processes {
    /// Such as `S` or `Z`; `nil` when there is no such process.
    static func state(of pid: pid_t) -> Substring? {
        fields(of: pid)?.first
    }

    /// The processes that this one has started and that have not been waited for.
    static func children(of parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard let fields = fields(of: pid), fields.count > 1 else { return false }
            return pid_t(fields[1]) == parent
        }
    }

    static func name(of pid: pid_t) -> String {
        read("/proc/\(pid)/comm").trimmingCharacters(in: .newlines)
    }

    /// How much of its memory is in use, in KiB.
    static func memory(of pid: pid_t) -> Int {
        let size = read("/proc/\(pid)/status").firstMatch(of: #/\nVmRSS:\s*([0-9]+) kB/#)
        return size.flatMap { Int($0.1) } ?? 0
    }

    /// The processor's time that it has used so far, its own and the system's for it.
    static func cpuTime(of pid: pid_t) -> Duration {
        // Fields 14 and 15, counted from the state, which is field 3.
        let ticks = fields(of: pid)?.dropFirst(11).prefix(2).compactMap { Int64($0) } ?? []
        return .seconds(ticks.reduce(0, +)) / sysconf(Int32(_SC_CLK_TCK))
    }

    /// How often each thread has gone to sleep of its own accord so far.
    static func sleeps(of pid: pid_t) -> [pid_t: Int] {
        let directory = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return threads.reduce(into: [:]) { sleeps, thread in
            guard let number = pid_t(thread) else { return }
            let status = read("\(directory)/\(thread)/status")
            let count = status.firstMatch(of: #/\nvoluntary_ctxt_switches:\s*([0-9]+)/#)
            sleeps[number] = count.flatMap { Int($0.1) }
        }
    }

    /// From the state on, for the name before it may hold anything. See proc_pid_stat(5).
    private static func fields(of pid: pid_t) -> [Substring]? {
        let text = read("/proc/\(pid)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func read(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
