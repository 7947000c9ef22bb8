import Glibc

/// A moment of the calendar, to the millisecond.
package struct WallTime: Equatable, Sendable {
    /// Since 1970, UTC.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment when this clock was at zero.
    package init(origin clock: any EngineClock) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let present = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        milliseconds = present - Int64(clock.now.count / 1000)
    }

    /// Exactly the form of `description`; the years are 1970 to 9999.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        for (position, byte) in "0000-00-00T00:00:00.000Z".utf8.enumerated() {
            let fits = byte == 48 ? (48...57).contains(bytes[position]) : bytes[position] == byte
            guard fits else { return nil }
        }
        func number(_ range: Range<Int>) -> Int32 {
            bytes[range].reduce(0) { $0 * 10 + Int32($1 - 48) }
        }
        var parts = tm()
        parts.tm_year = number(0..<4) - 1900
        parts.tm_mon = number(5..<7) - 1
        parts.tm_mday = number(8..<10)
        parts.tm_hour = number(11..<13)
        parts.tm_min = number(14..<16)
        parts.tm_sec = number(17..<19)
        milliseconds = Int64(timegm(&parts)) * 1000 + Int64(number(20..<23))
        // What is no date, such as a month 13, would be another one.
        guard milliseconds >= 0, description == text else { return nil }
    }
}

extension WallTime: CustomStringConvertible {
    /// ISO 8601, such as `2026-03-01T12:00:01.123Z`.
    package var description: String {
        var seconds = Int(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [
            Self.digits(parts.tm_year + 1900, 4), Self.digits(parts.tm_mon + 1, 2),
            Self.digits(parts.tm_mday, 2),
        ]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.digits($0, 2) }
        let rest = Self.digits(Int32(milliseconds % 1000), 3)
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + ".\(rest)Z"
    }

    private static func digits(_ value: Int32, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
