import Core

/// How long something has lasted, in steps so coarse that a still screen stays still.
enum Span {
    /// Seconds below ten, tens of seconds below a minute, then minutes.
    static func coarse(_ time: Microseconds) -> String {
        let seconds = time.count / 1_000_000
        if seconds < 10 { return "\(seconds) s" }
        if seconds < 60 { return "\(seconds / 10 * 10) s" }
        return "\(seconds / 60) min"
    }

    /// To three digits or so: `250 µs`, `12 ms`, `1.5 s`, `1200 s`.
    static func precise(_ time: Microseconds) -> String {
        switch time.count {
        case ..<1000: "\(time.count) µs"
        case ..<1_000_000: "\(time.count / 1000) ms"
        case ..<1_000_000_000: "\(time.count / 1_000_000).\(time.count / 100_000 % 10) s"
        default: "\(time.count / 1_000_000) s"
        }
    }

    /// Such as `00:01:12`.
    static func clock(_ time: Microseconds) -> String {
        let seconds = time.count / 1_000_000
        return [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
    }
}
