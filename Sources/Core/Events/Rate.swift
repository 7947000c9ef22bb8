/// How fast jobs run: 2 halves a job's time, `maximum` does not wait at all.
package struct Rate: Hashable, Sendable {
    /// Thousandths, so that an event has room for it; 0 stands for `maximum`.
    package let thousandths: UInt32

    package static let maximum = Rate(thousandths: 0)
    package static let normal = Rate(thousandths: 1000)

    /// What `init(times:)` accepts.
    package static let range = 0.001...1000.0

    package init(thousandths: UInt32) {
        self.thousandths = thousandths
    }

    /// `nil` outside `range`.
    package init?(times: Double) {
        guard Rate.range.contains(times) else { return nil }
        thousandths = UInt32((times * 1000).rounded())
    }

    package var isMaximum: Bool { thousandths == 0 }

    package var times: Double { Double(thousandths) / 1000 }

    /// How much of a job's time is done in this much real time; `maximum` is asked by nobody.
    package func work(in elapsed: Microseconds) -> Microseconds {
        Microseconds(elapsed.count * UInt64(thousandths) / 1000)
    }

    /// How much real time this much of a job takes, rounded up; zero at `maximum`.
    package func time(for work: Microseconds) -> Microseconds {
        guard !isMaximum else { return .zero }
        return Microseconds((work.count * 1000 + UInt64(thousandths) - 1) / UInt64(thousandths))
    }

    /// By so much a thread is slower that was slowed on purpose.
    package static let slowness: UInt64 = 4

    package func work(in elapsed: Microseconds, slowed: Bool) -> Microseconds {
        work(in: slowed ? elapsed / Rate.slowness : elapsed)
    }

    package func time(for work: Microseconds, slowed: Bool) -> Microseconds {
        time(for: work) * (slowed ? Rate.slowness : 1)
    }

    /// The next rate that + or − chooses: 1, 2, 5, 10 … up to 100, then `maximum`; down to 0.1.
    package func next(faster: Bool) -> Rate {
        let steps: [UInt32] = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
        guard !isMaximum else { return faster ? self : Rate(thousandths: 100_000) }
        if faster {
            return steps.first { $0 > thousandths }.map { Rate(thousandths: $0) } ?? .maximum
        }
        return steps.last { $0 < thousandths }.map { Rate(thousandths: $0) } ?? self
    }
}

extension Rate: CustomStringConvertible {
    /// `max`, or `×1.0`, `×0.5`, `×20`.
    package var description: String {
        guard !isMaximum else { return "max" }
        if thousandths >= 10_000 && thousandths % 1000 == 0 { return "×\(thousandths / 1000)" }
        let tenths = thousandths / 100
        guard thousandths % 100 == 0 else { return "×\(Microseconds(UInt64(thousandths) * 1000))" }
        return "×\(tenths / 10).\(tenths % 10)"
    }
}
