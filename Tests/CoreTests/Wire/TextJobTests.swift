import Testing

@testable import Core

/// A text job as people read it.
private struct ReadJob: Equatable {
    let name: String
    let microseconds: UInt64
}

private func read(_ bytes: [UInt8]) throws(WireError) -> ReadJob {
    let job = try TextJob(bytes.span)
    let name = job.withName(in: bytes.span) { name in
        name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
    return ReadJob(name: name, microseconds: job.cpuTime.count)
}

@Suite("Text jobs")
struct TextJobTests {
    @Test(
        "a job is a name and seconds, whatever stands around them",
        arguments: [
            ("3:5", "3", 5_000_000),
            ("3,5", "3", 5_000_000),
            (" 3 : 7", "3", 7_000_000),
            ("3 : 7 \r\n", "3", 7_000_000),
            ("3:7\t", "3", 7_000_000),
            ("03:5", "03", 5_000_000),
            ("4:0", "4", 0),
            ("3:0.25", "3", 250_000),
            ("3:0.000001", "3", 1),
            ("3:86400", "3", 86_400_000_000),
            ("3:86400.000000", "3", 86_400_000_000),
            ("3:000000005", "3", 5_000_000),
            ("ps:2", "ps", 2_000_000),
            ("bob : 5", "bob", 5_000_000),
            ("a:1b:2", "a:1b", 2_000_000),
            (",:;:5", ",:;", 5_000_000),
            ("%n%s:5", "%n%s", 5_000_000),
            ("kworker/0:0H:3", "kworker/0:0H", 3_000_000),
            ("kworker/0:0H-events_highpri:3", "kworker/0:0H-events_highpri", 3_000_000),
            ("a\u{202e}gnp:5", "agnp", 5_000_000),
            ("\u{9b}2J:5", "2J", 5_000_000),
            ("\u{a0}müller\u{3000}:5", "müller", 5_000_000),
            ("e" + String(repeating: "\u{301}", count: 300) + ":5", "e\u{301}\u{301}", 5_000_000),
            (
                String(repeating: "n", count: 64) + ":5", String(repeating: "n", count: 64),
                5_000_000
            ),
        ]
    )
    func readsJob(text: String, name: String, microseconds: UInt64) throws {
        let job = try read(Array(text.utf8))

        #expect(job == ReadJob(name: name, microseconds: microseconds))
    }

    @Test(
        "what is not a job is refused with its reason",
        arguments: [
            ("", WireError.empty),
            (" \r\n", .empty),
            ("x", .missingSeparator),
            ("1:", .notSeconds(position: 2)),
            (":5", .emptyName(limit: 64)),
            (" :5", .emptyName(limit: 64)),
            ("\u{200b}\u{202e}:5", .emptyName(limit: 64)),
            ("1:-5", .notSeconds(position: 2)),
            ("1:+5", .notSeconds(position: 2)),
            ("1:99999999999999999999", .tooManyDigits(digits: 20, limit: 9)),
            ("1:0000000005", .tooManyDigits(digits: 10, limit: 9)),
            ("1:0.1234567", .tooManyDecimals(digits: 7, limit: 6)),
            ("1:.5", .notSeconds(position: 2)),
            ("1:5.", .notSeconds(position: 4)),
            ("1:1e9", .notSeconds(position: 3)),
            ("1:٣", .notSeconds(position: 2)),
            ("1:5 6", .notSeconds(position: 3)),
            ("1:5\n2:6", .controlCharacter(code: 10, position: 3)),
            ("1:5\0", .controlCharacter(code: 0, position: 3)),
            ("\t1:5", .controlCharacter(code: 9, position: 0)),
            ("1:5\u{7f}", .controlCharacter(code: 127, position: 3)),
            ("\u{1b}]0;pwn\u{7}:5", .controlCharacter(code: 27, position: 0)),
            (
                "1:86400.000001",
                .secondsOutOfRange(
                    Microseconds(86_400_000_001),
                    allowed: .zero...Microseconds(86_400_000_000)
                )
            ),
            (String(repeating: "n", count: 65) + ":5", .nameTooLong(bytes: 65, limit: 64)),
            (String(repeating: "ü", count: 33) + ":5", .nameTooLong(bytes: 66, limit: 64)),
        ]
    )
    func refuses(text: String, reason: WireError) {
        #expect(throws: reason) { try read(Array(text.utf8)) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func refusesInvalidUTF8() {
        #expect(throws: WireError.invalidUTF8) { try read([0xff, 0xfe] + Array(":5".utf8)) }
    }

    @Test("the sentence names the field and its limit")
    func describesError() {
        #expect(
            WireError.nameTooLong(bytes: 65, limit: 64).description
                == "the name has 65 bytes, at most 64 are allowed"
        )
    }

    @Test("a slow and plain reading of the rules agrees, whatever the bytes")
    func agreesWithReference() {
        for seed in 0..<20_000 as Range<UInt64> {
            var random = RandomNumbers(seed: seed)
            let bytes = randomMessage(&random)

            let job = try? read(bytes)

            #expect(job == reference(bytes), "seed \(seed): \(bytes)")
        }
    }
}

private let pieces: [[UInt8]] =
    [
        "0", "1", "3", "25", "86400", "86401", "999999999", ":", ":", ",", ".", " ", " ", "\t",
        "\r",
        "\n", "-", "e", "a", "ps", "\u{e9}", "\u{301}", "\u{202e}", "\u{9b}", "\u{3000}", "\u{663}",
        "\u{0}", "\u{7f}", String(repeating: "n", count: 30),
    ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xe2, 0x80]]

private func randomMessage(_ random: inout RandomNumbers) -> [UInt8] {
    func some(_ most: Int) -> [UInt8] {
        (0..<Int.random(in: 0...most, using: &random)).flatMap { _ in
            pieces.randomElement(using: &random) ?? []
        }
    }
    guard Bool.random(using: &random) else { return some(8) }
    // Half of them are shaped like jobs, or few would be accepted.
    let digits = Array(String(UInt32.random(in: 0...90_000, using: &random)).utf8)
    return some(3) + Array(":".utf8) + digits + some(1)
}

/// The rules of the dialect, one after another, on Strings.
private func reference(_ bytes: [UInt8]) -> ReadJob? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.last, " \t\r\n".unicodeScalars.contains(last) { scalars.removeLast() }
    guard !scalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else { return nil }
    guard let separator = scalars.lastIndex(where: { $0 == ":" || $0 == "," }) else { return nil }
    let seconds = string(scalars[(separator + 1)...].drop { $0 == " " })
    let name = cleaned(Array(scalars[..<separator]))
    guard (1...64).contains(name.utf8.count), let time = microseconds(seconds),
        time <= 86_400_000_000
    else { return nil }
    return ReadJob(name: name, microseconds: time)
}

private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
}

private func microseconds(_ seconds: String) -> UInt64? {
    let parts = seconds.split(separator: ".", omittingEmptySubsequences: false)
    let digits = Set("0123456789".unicodeScalars)
    guard parts.count <= 2,
        parts.allSatisfy({ !$0.isEmpty && digits.isSuperset(of: $0.unicodeScalars) })
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard parts[0].count <= 9, decimals.count <= 6 else { return nil }
    return UInt64(parts[0] + decimals + String(repeating: "0", count: 6 - decimals.count))
}

private func cleaned(_ scalars: [Unicode.Scalar]) -> String {
    var kept: [Unicode.Scalar] = []
    for scalar in scalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: continue
        default: break
        }
        if isMark(scalar) && kept.count >= 2 && kept.suffix(2).allSatisfy(isMark(_:)) { continue }
        kept.append(scalar)
    }
    while let first = kept.first, first.properties.isWhitespace { kept.removeFirst() }
    while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
    return string(kept)
}

private func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
}
