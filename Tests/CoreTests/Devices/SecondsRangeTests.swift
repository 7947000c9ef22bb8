import Testing

@testable import Core

@Suite("Ranges of seconds")
struct SecondsRangeTests {
    @Test(
        "a range is written with three dots, or is one number",
        arguments: [
            ("1...5", 1_000_000, 5_000_000, 1_000_000),
            ("0...1", 0, 1_000_000, 1_000_000),
            ("3", 3_000_000, 3_000_000, 1_000_000),
            ("0.5...2", 500_000, 2_000_000, 100_000),
            ("0.25...1", 250_000, 1_000_000, 10_000),
            ("0.000001", 1, 1, 1),
        ] as [(String, UInt64, UInt64, UInt64)]
    )
    func reads(text: String, lowest: UInt64, highest: UInt64, step: UInt64) {
        let expected = SecondsRange(
            Microseconds(lowest)...Microseconds(highest),
            step: Microseconds(step)
        )

        #expect(SecondsRange(text) == expected)
    }

    @Test(
        "anything else is not a range",
        arguments: [
            "", "...", "1...", "...5", "5...1", "1..5", "-1...5", "1...x", "1:5", " 1", "1e3",
            "86401", "1...2...3", "0.1234567", "٣",
        ]
    )
    func refuses(text: String) {
        #expect(SecondsRange(text) == nil)
    }

    @Test("values are drawn from the whole range, in its steps, and from nowhere else")
    func draws() throws {
        let range = try #require(SecondsRange("0.5...0.8"))
        var random = RandomNumbers(seed: 1)

        let values = Set((0..<200).map { _ in range.value(using: &random).description })

        #expect(values == ["0.5", "0.6", "0.7", "0.8"])
    }
}
