import Core
import Testing

@testable import Dashboard

@Suite("The config file's lines", .timeLimit(.minutes(5)))
struct ConfigFileTests {
    private func entries(_ text: String) throws -> [ConfigFile.Entry] {
        try ConfigFile(Array(text.utf8)).entries
    }

    @Test("keys, values, comments, empty lines, and lines from other systems")
    func reads() throws {
        let text = "# mine\r\n\r\n  fps = 10\r\ntheme=monochrome # projector\n\tlog = a#b =c\n"

        let entries = try entries(text)

        #expect(
            entries == [
                ConfigFile.Entry(key: "fps", value: "10", line: 3),
                ConfigFile.Entry(key: "theme", value: "monochrome", line: 4),
                ConfigFile.Entry(key: "log", value: "a#b =c", line: 5),
            ]
        )
    }

    private static let wrong: [(String, ConfigError)] = [
        ("fps", ConfigError(.noEqualsSign("fps"), line: 1)),
        ("\n= 3", ConfigError(.noKey, line: 2)),
        ("fps =", ConfigError(.noValue("fps"), line: 1)),
        ("fps = # ten", ConfigError(.noValue("fps"), line: 1)),
        ("fps = 1\nascii = true\nfps = 2", ConfigError(.duplicate("fps", first: 1), line: 3)),
        ("log = \u{1B}[2J", ConfigError(.unprintable, line: 1)),
        ("log = a\u{202E}b", ConfigError(.unprintable, line: 1)),
    ]

    @Test("what cannot be read is refused with its line", arguments: wrong)
    func refuses(text: String, error: ConfigError) {
        #expect(throws: error) { try entries(text) }
    }

    @Test("bytes that are no text, and too many of them")
    func bytes() {
        #expect(throws: ConfigError(.notUTF8, line: 2)) { try ConfigFile([0x0A, 0xFF]) }
        let long = [UInt8](repeating: 0x0A, count: ConfigFile.longest + 1)
        #expect(throws: ConfigError(.tooLong(limit: ConfigFile.longest))) { try ConfigFile(long) }
    }

    @Test("every sequence of bytes is a file or an error", arguments: 1...200)
    func total(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let alphabet = Array("fps =#\r\n\t\0a\u{85}é".utf8) + [0xFF, 0xC3]
        let count = Int.random(in: 0...80, using: &random)
        let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }

        let file = Result { try ConfigFile(bytes) }

        switch file {
        case .success(let file):
            #expect(file.entries.allSatisfy { !$0.key.isEmpty && !$0.value.isEmpty }, "\(seed)")
        case .failure(let error): #expect(error is ConfigError, "seed \(seed)")
        }
    }
}

@Suite("The nearest word")
struct NearestWordTests {
    @Test(
        "is the one with the fewest changed letters, if they are few",
        arguments: [
            ("capacty", "capacity"), ("produzers", "producers"), ("Theme", "theme"),
            ("fsp", "fps"), ("banana", nil), ("", nil),
            (String(repeating: "x", count: 1000), nil),
        ] as [(String, String?)]
    )
    func nearest(text: String, word: String?) {
        let words = ["capacity", "producers", "consumers", "theme", "fps", "policy"]
        #expect(nearestWord(to: text, among: words) == word)
    }
}
