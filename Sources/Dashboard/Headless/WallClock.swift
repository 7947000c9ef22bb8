import Core
import Glibc

/// Turns the engine's time into the time of day, for people.
struct WallClock {
    private let origin: timespec

    /// - Parameter origin: When the engine's clock was at zero.
    init(_ origin: WallTime) {
        self.origin = timespec(
            tv_sec: Int(origin.milliseconds / 1000),
            tv_nsec: Int(origin.milliseconds % 1000) * 1_000_000
        )
    }

    init(_ clock: any EngineClock) {
        self.init(WallTime(origin: clock))
    }

    /// Such as `12:00:01.123`, local time.
    func time(at moment: Microseconds) -> String {
        let total = Int64(origin.tv_nsec) / 1000 + Int64(moment.count)
        var seconds = origin.tv_sec + Int(total / 1_000_000)
        var local = tm()
        localtime_r(&seconds, &local)
        let milliseconds = Int32(total / 1000 % 1000)
        return [local.tm_hour, local.tm_min, local.tm_sec].map { Self.digits($0, 2) }
            .joined(separator: ":") + "." + Self.digits(milliseconds, 3)
    }

    private static func digits(_ value: Int32, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
