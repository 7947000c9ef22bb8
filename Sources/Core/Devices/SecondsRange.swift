/// A range of times as a user writes it: `1...5`, `0.25...1`, or a single `3`.
///
/// Values are drawn in steps of the finer bound's last decimal: whole seconds from `1...5`,
/// hundredths from `0.25...1`.
package struct SecondsRange: Equatable, Sendable {
    package let bounds: ClosedRange<Microseconds>
    package let step: Microseconds

    package init(_ bounds: ClosedRange<Microseconds>, step: Microseconds) {
        precondition(step > .zero, "a step is more than zero, not \(step)")
        self.bounds = bounds
        self.step = step
    }

    /// - Parameter text: One number or two with `...` between them; at most six decimals each.
    package init?(_ text: String) {
        var parts = [Substring(text)]
        if let dots = text.firstRange(of: "...") {
            parts = [text[..<dots.lowerBound], text[dots.upperBound...]]
        }
        var times: [Microseconds] = []
        var finest = Microseconds(1_000_000)
        for part in parts {
            guard let time = Self.time(part) else { return nil }
            times.append(time)
            finest = min(finest, Self.lastDecimal(of: part))
        }
        guard let first = times.first, let last = times.last, first <= last else { return nil }
        self.init(first...last, step: finest)
    }

    package func value(using random: inout RandomNumbers) -> Microseconds {
        let steps = (bounds.upperBound - bounds.lowerBound).count / step.count
        return bounds.lowerBound
            + Microseconds(UInt64.random(in: 0...steps, using: &random) * step.count)
    }

    /// Reads what may stand for a job's seconds, by the dialect's own rules.
    private static func time(_ number: Substring) -> Microseconds? {
        guard number.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        let message = Array("0:\(number)".utf8)
        return try? TextJob(message.span).cpuTime
    }

    private static func lastDecimal(of number: Substring) -> Microseconds {
        guard let point = number.firstIndex(of: ".") else { return Microseconds(1_000_000) }
        var unit: UInt64 = 1_000_000
        for character in number[number.index(after: point)...] where character.isNumber {
            unit /= 10
        }
        return Microseconds(max(unit, 1))
    }
}

extension SecondsRange: CustomStringConvertible {
    package var description: String {
        bounds.lowerBound == bounds.upperBound
            ? "\(bounds.lowerBound)" : "\(bounds.lowerBound)...\(bounds.upperBound)"
    }
}
