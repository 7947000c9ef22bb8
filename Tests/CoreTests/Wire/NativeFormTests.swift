import Testing

@testable import Core

@Suite("Native form with an architecture identifier")
struct NativeFormTests {
    private static let values: [NativeForm.Value] = [
        .text(Array("Hi".utf8)), .text(Array("There".utf8)), .integer(2001),
    ]
    private static let kinds: [NativeForm.Kind] = [.text, .text, .integer]
    private static let little4 = NativeForm.Architecture(.little, wordSize: 4)
    private static let big4 = NativeForm.Architecture(.big, wordSize: 4)
    private static let little8 = NativeForm.Architecture(.little, wordSize: 8)
    private static let big8 = NativeForm.Architecture(.big, wordSize: 8)

    @Test("each sender writes as it is, and says what it is")
    func forms() {
        let little = NativeForm.encode(Self.values, as: Self.little4)
        let big = NativeForm.encode(Self.values, as: Self.big4)

        #expect(little == bytes(hex: "0104 02000000 4869 05000000 5468657265 d1070000"))
        #expect(big == bytes(hex: "0204 00000002 4869 00000005 5468657265 000007d1"))
    }

    @Test(
        "every receiver gets every sender's values, and converts only where they differ",
        arguments: [little4, big4, little8, big8],
        [little4, big4, little8, big8]
    )
    func converts(sender: NativeForm.Architecture, receiver: NativeForm.Architecture) throws {
        let message = try NativeForm.decode(
            NativeForm.encode(Self.values, as: sender),
            as: Self.kinds,
            for: receiver
        )

        #expect(message.values == Self.values)
        #expect(message.sender == sender)
        #expect(message.convertedWords == (sender == receiver ? 0 : 3))
    }

    @Test("negative numbers keep their sign, and a number that does not fit is refused")
    func numbers() throws {
        let negative = NativeForm.encode([.integer(-5)], as: Self.big4)
        #expect(
            try NativeForm.decode(negative, as: [.integer], for: Self.little8).values
                == [.integer(-5)]
        )

        let large = NativeForm.encode([.integer(1 << 40)], as: Self.big8)
        #expect(throws: NativeForm.Failure.wordTooLarge(value: 0, 1 << 40, receiver: Self.little4))
        {
            try NativeForm.decode(large, as: [.integer], for: Self.little4)
        }
    }

    @Test("what is no native form is refused")
    func refused() {
        #expect(throws: NativeForm.Failure.unknownArchitecture([3, 4])) {
            try NativeForm.decode([3, 4, 0], as: [])
        }
        #expect(throws: NativeForm.Failure.unknownArchitecture([])) {
            try NativeForm.decode([], as: [])
        }
        #expect(throws: NativeForm.Failure.truncated(value: 0, needed: 8, left: 1)) {
            try NativeForm.decode([1, 8, 0], as: [.integer])
        }
        #expect(throws: NativeForm.Failure.tooLong(value: 0, length: -1, limit: 4096)) {
            try NativeForm.decode(bytes(hex: "0104 ffffffff"), as: [.text])
        }
        #expect(throws: NativeForm.Failure.truncated(value: 0, needed: 2, left: 1)) {
            try NativeForm.decode(bytes(hex: "0204 00000002 41"), as: [.text])
        }
        #expect(throws: NativeForm.Failure.trailing(bytes: 1)) {
            try NativeForm.decode([1, 4, 0], as: [])
        }
    }
}
