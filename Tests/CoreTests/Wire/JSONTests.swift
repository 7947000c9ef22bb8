import Testing

@testable import Core

/// Where the object ends when the text comes in pieces of this size.
private func end(of text: [UInt8], piece: Int) throws(JSONProblem) -> Int? {
    var framing = JSONFraming()
    var start = 0
    while start < text.count {
        let slice = Array(text[start..<min(start + piece, text.count)])
        if let end = try framing.end(in: slice.span) { return start + end }
        start += piece
    }
    return nil
}

private func end(of text: String, piece: Int = 1 << 20) throws(JSONProblem) -> Int? {
    try end(of: Array(text.utf8), piece: piece)
}

@Suite("The end of a JSON object in a stream", .timeLimit(.minutes(5)))
struct JSONFramingTests {
    @Test(
        "it is found wherever the stream is cut",
        arguments: [
            (#"{"a":1}"#, 7), (#" {"a":{"b":[1,2]}} "#, 18), (#"{"a":"}"}{}"#, 9),
            (#"{"a":"\"}"}"#, 11), (#"{"a":"\\"}}"#, 10), ("{}{}", 2),
        ]
    )
    func findsEnd(text: String, expected: Int) throws {
        for piece in 1...text.utf8.count {
            #expect(try end(of: text, piece: piece) == expected, "pieces of \(piece)")
        }
    }

    @Test(
        "a cut object has no end",
        arguments: [#"{"type":"consumer""#, "", " ", "{", #"{"a":"}"#]
    )
    func hasNoEnd(text: String) throws {
        #expect(try end(of: text) == nil)
    }

    @Test(
        "what cannot become an object is refused at once",
        arguments: [
            ("[1]", JSONProblem.notAnObject), ("1", .notAnObject), ("\u{feff}{}", .byteOrderMark),
            (String(repeating: #"{"a":"#, count: 100_000), .tooDeep(limit: 64)),
            ("{" + String(repeating: "[", count: 100_000), .tooDeep(limit: 64)),
            (#"{"a":""# + String(repeating: "x", count: 65_536), .tooLong(limit: 65_536)),
            (String(repeating: " ", count: 65_537), .tooLong(limit: 65_536)),
        ]
    )
    func refuses(text: String, expected: JSONProblem) {
        #expect(throws: expected) { try end(of: text) }
    }

    @Test("an object of exactly 64 KiB is found, one byte more is refused")
    func longest() throws {
        let longest = #"{"a":""# + String(repeating: "x", count: 65_536 - 8) + #""}"#

        #expect(try end(of: longest, piece: 1000) == 65_536)
        #expect(throws: JSONProblem.tooLong(limit: 65_536)) { try end(of: " " + longest) }
    }
}

@Suite("JSON objects", .timeLimit(.minutes(5)))
struct JSONObjectTests {
    private func object(_ text: String) throws(JSONProblem) -> JSONObject {
        try JSONObject(Array(text.utf8))
    }

    @Test(
        "a value is kept as it was written",
        arguments: [
            "null", "true", "false", "0", "-0", "1.5", "1e400", "-1E-7", "9223372036854775808",
            #""""#, #""\u0000""#, #""\ud83d\ude00""#, "[]", "[1, [2], {}]", #"{"a" : {"a": 1}}"#,
            #"{"a":1,"a":2}"#,
        ]
    )
    func keepsRaw(value: String) throws {
        let object = try object(" {\"item\" :  \(value) } ")

        #expect(object["item"]?.raw == Array(value.utf8))
        #expect(object["other"] == nil)
    }

    @Test(
        "a string means what its escapes say",
        arguments: [
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
            (#""\uD83D\uDE00!""#, "😀!"), (#""\u0000""#, "\0"), ("\"ü\"", "ü"),
        ]
    )
    func decodes(json: String, text: String) throws {
        #expect(try object("{\"a\":\(json)}")["a"]?.text == Array(text.utf8))
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            ("{", JSONProblem.unfinished), (#"{"a""#, .unfinished), (#"{"a":1"#, .unfinished),
            (#"{"a":"x"#, .unfinished), (#"{"a":1,}"#, .malformed(position: 7)),
            ("{a:1}", .malformed(position: 1)), (#"{"a":01}"#, .malformed(position: 6)),
            (#"{"a":1.}"#, .malformed(position: 7)), (#"{"a":+1}"#, .malformed(position: 5)),
            (#"{"a":1e}"#, .malformed(position: 7)), (#"{"a":nul}"#, .malformed(position: 8)),
            (#"{"a":NaN}"#, .malformed(position: 5)), (#"{"a":"\x"}"#, .malformed(position: 7)),
            (#"{"a":"\u12g4"}"#, .malformed(position: 10)),
            ("{\"a\":\"\u{1}\"}", .malformed(position: 6)), (#"{"a":[1}"#, .malformed(position: 7)),
            ("{}{}", .malformed(position: 2)), ("{} x", .malformed(position: 3)),
            (#"{"a":"\ud800"}"#, .loneSurrogate(position: 6)),
            (#"{"a":"\udc00"}"#, .loneSurrogate(position: 6)),
            (#"{"a":"\ud800\u0041"}"#, .loneSurrogate(position: 6)),
            ("[]", .notAnObject), ("", .notAnObject), ("\u{feff}{}", .byteOrderMark),
            (#"{"type":1,"type":1}"#, .repeatedName("type")),
            (#"{"type":1,"t\u0079pe":1}"#, .repeatedName("type")),
            (
                "{\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
                    + "}",
                .tooDeep(limit: 64)
            ),
        ]
    )
    func refuses(text: String, expected: JSONProblem) {
        #expect(throws: expected) { try object(text) }
    }

    @Test("bad UTF-8 is refused")
    func refusesBadUTF8() {
        #expect(throws: JSONProblem.invalidUTF8) {
            try JSONObject(Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8))
        }
    }

    @Test("every beginning of an object is refused, and the framing finds exactly its end")
    func everyBeginning() throws {
        let text = Array(#"{"a":[1,{"b":"\u0041\ud83d\ude00"},null,true,-1.5e+3],"c":"x"}"#.utf8)

        for length in 0..<text.count {
            #expect(throws: JSONProblem.self) { try JSONObject(Array(text[..<length])) }
        }
        #expect(try end(of: text, piece: 3) == text.count)
        #expect(try JSONObject(text)["c"]?.text == Array("x".utf8))
    }

    @Test("text is quoted so that it reads back, with no more escapes than there must be")
    func quotes() throws {
        let text = Array(
            String(String.UnicodeScalarView((0...300).compactMap(Unicode.Scalar.init))).utf8
        )

        let quoted = JSONString.quoted(text)

        #expect(try JSONObject(Array("{\"a\":".utf8) + quoted + [0x7d])["a"]?.text == text)
        #expect(
            JSONString.quoted("a\"\\\n\u{1}\u{1f}/é".utf8)
                == Array(#""a\"\\\n\u0001\u001f/é""#.utf8)
        )
    }
}
