import Testing

@testable import Core

@Suite("Sanitizer")
struct SanitizerTests {
    @Test(
        "what could fool a screen is removed, everything else stays",
        arguments: [
            ("plain text ~", "plain text ~"),
            ("\u{1b}[2J", "[2J"),
            ("\u{9b}2J", "2J"),
            ("a\u{7f}b\nc\td", "abcd"),
            ("a\u{202e}gnp", "agnp"),
            ("a\u{2066}b\u{200d}c\u{feff}d", "abcd"),
            ("a\u{2028}b\u{2029}c", "abc"),
            ("e\u{301}\u{301}\u{301}\u{301}x\u{301}", "e\u{301}\u{301}x\u{301}"),
            ("Prüfung 図", "Prüfung 図"),
        ]
    )
    func sanitizes(text: String, clean: String) {
        #expect(Sanitizer.sanitize(text).unicodeScalars.elementsEqual(clean.unicodeScalars))
    }

    @Test("bytes that are not UTF-8 show up as the replacement character")
    func replacesInvalidBytes() {
        let bytes: [UInt8] = [0x61, 0xff, 0x62]

        #expect(Sanitizer.sanitize(bytes.span) == "a\u{fffd}b")
    }

    @Test("plain is exactly the printable half of ASCII")
    func isPlain() {
        for byte in UInt8.min...UInt8.max {
            #expect(Sanitizer.isPlain([byte].span) == (0x20...0x7e).contains(byte), "byte \(byte)")
        }
    }
}
