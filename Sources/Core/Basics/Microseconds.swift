/// A count of microseconds: a moment since the engine's clock began, or an amount of CPU time.
///
/// The kernel and its events use it in place of `Duration` because it is half the size and an
/// event has room for 40 bits of it, twelve days.
package struct Microseconds: Comparable, Hashable, Sendable {
    package var count: UInt64

    package static let zero = Microseconds(0)

    package init(_ count: UInt64) {
        self.count = count
    }

    /// Rounds down; a negative duration becomes zero.
    package init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        count =
            seconds < 0 || attoseconds < 0
            ? 0 : UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
    }

    package static func seconds(_ seconds: Double) -> Microseconds {
        Microseconds(UInt64((seconds * 1_000_000).rounded()))
    }

    package var duration: Duration { .microseconds(count) }

    package var inSeconds: Double { Double(count) / 1_000_000 }

    package static func < (left: Microseconds, right: Microseconds) -> Bool {
        left.count < right.count
    }

    /// The largest value there is where the sum would be larger: strangers choose what is added.
    package static func + (left: Microseconds, right: Microseconds) -> Microseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Microseconds(overflow ? .max : sum)
    }

    /// Zero where the right side is larger: a time span is never negative.
    package static func - (left: Microseconds, right: Microseconds) -> Microseconds {
        Microseconds(left.count > right.count ? left.count - right.count : 0)
    }

    package static func * (left: Microseconds, right: UInt64) -> Microseconds {
        let (product, overflow) = left.count.multipliedReportingOverflow(by: right)
        return Microseconds(overflow ? .max : product)
    }

    package static func / (left: Microseconds, right: UInt64) -> Microseconds {
        Microseconds(left.count / right)
    }

    package static func += (left: inout Microseconds, right: Microseconds) {
        left = left + right
    }
}

extension Microseconds {
    /// Plain seconds such as `12` or `2.5`, with six decimals at most and twelve digits before them.
    package init?(decimal text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
            parts.count == 1 || (1...6).contains(parts[1].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        let padded = fraction + String(repeating: "0", count: 6 - fraction.utf8.count)
        guard let whole = UInt64(parts[0]), let rest = UInt64(padded) else { return nil }
        count = whole * 1_000_000 + rest
    }
}

extension Microseconds: CustomStringConvertible {
    /// Seconds without trailing zeros: `12`, `2.5`, `0.000001`.
    package var description: String {
        let whole = count / 1_000_000
        let fraction = count % 1_000_000
        guard fraction > 0 else { return "\(whole)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
