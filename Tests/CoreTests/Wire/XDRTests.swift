import Testing

@testable import Core

private enum Colour: Int32, CaseIterable {
    case red = 2
    case blue = -7
}

@Suite("External data representation", .timeLimit(.minutes(5)))
struct XDRTests {
    @Test("\"Hi\", \"There\", 2001 are marshalled as on the lecture's slide")
    func lecture() throws {
        var encoder = XDREncoder()

        encoder.string("Hi")
        encoder.string("There")
        encoder.int(2001)

        #expect(hex(encoder.bytes) == "00000002 48690000 00000005 54686572 65000000 000007d1")
        let (first, second, third) = try decode(encoder.bytes) { decoder throws(XDRError) in
            let first = try decoder.string("first", limit: 10)
            let second = try decoder.string("second", limit: 10)
            return (first, second, try decoder.int("third"))
        }
        #expect((first, second, third) == ("Hi", "There", 2001))
    }

    @Test("every type has the bytes of RFC 4506")
    func types() {
        #expect(encoded { $0.int(-2) } == "fffffffe")
        #expect(encoded { $0.unsignedInt(0xdead_beef) } == "deadbeef")
        #expect(encoded { $0.enumeration(Colour.blue) } == "fffffff9")
        #expect(encoded { $0.bool(true) } == "00000001")
        #expect(encoded { $0.hyper(-2) } == "ffffffff fffffffe")
        #expect(encoded { $0.unsignedHyper(1 << 40) } == "00000100 00000000")
        #expect(encoded { $0.float(1.5) } == "3fc00000")
        #expect(encoded { $0.double(-2) } == "c0000000 00000000")
        #expect(
            encoded { $0.quadruple(XDRQuadruple(high: 0x3fff << 48, low: 1)) }
                == "3fff0000 00000000 00000000 00000001"
        )
        #expect(encoded { $0.fixedOpaque([1, 2, 3, 4, 5]) } == "01020304 05000000")
        #expect(encoded { $0.opaque([1]) } == "00000001 01000000")
        #expect(encoded { $0.fixedArray([1, 2]) { $0.int($1) } } == "00000001 00000002")
        #expect(encoded { $0.array([7]) { $0.int($1) } } == "00000001 00000007")
        #expect(encoded { $0.optional(Int32?.none) { $0.int($1) } } == "00000000")
        #expect(encoded { $0.optional(Int32?.some(9)) { $0.int($1) } } == "00000001 00000009")
        #expect(encoded { $0.union(Colour.red) { $0.bool(false) } } == "00000002 00000000")
        #expect(encoded { _ in } == "")
    }

    @Test("arrays, optional data and unions come back as they were")
    func composed() throws {
        var encoder = XDREncoder()
        encoder.array(["a", "bcdef"]) { $0.string($1) }
        encoder.optional(Int64?.some(-3)) { $0.hyper($1) }
        encoder.union(Colour.red) { $0.double(0.25) }
        encoder.quadruple(XDRQuadruple(high: 1, low: 2))

        try decode(encoder.bytes) { decoder throws(XDRError) in
            let texts = try decoder.array("texts", limit: 2) { decoder throws(XDRError) in
                try decoder.string("text", limit: 5)
            }
            let number = try decoder.optional("number") { decoder throws(XDRError) in
                try decoder.hyper("number")
            }
            let arm = try decoder.union("arm") {
                (colour: Colour, decoder: inout XDRDecoder) throws(XDRError) in
                colour == .red ? try decoder.double("value") : 0
            }
            let quadruple = try decoder.quadruple("quadruple")
            #expect(texts == ["a", "bcdef"])
            #expect(number == -3)
            #expect(arm == 0.25)
            #expect(quadruple == XDRQuadruple(high: 1, low: 2))
        }
    }

    @Test("a length that would overflow with its padding is refused before anything is allocated")
    func overflow() {
        for length: UInt32 in [.max, 0xffff_fffd, 0xffff_fffc, 0x8000_0000] {
            var encoder = XDREncoder()
            encoder.unsignedInt(length)
            #expect(throws: XDRError.tooLong(field: "x", length: Int(length), limit: 8)) {
                try decode(encoder.bytes) { d throws(XDRError) in try d.opaque("x", limit: 8) }
            }
            #expect(throws: XDRError.truncated(field: "x", needed: Int(length), left: 0)) {
                try decode(encoder.bytes) { d throws(XDRError) in try d.opaque("x", limit: .max) }
            }
            #expect(throws: XDRError.truncated(field: "y", needed: 4, left: 0)) {
                try decode(encoder.bytes) { d throws(XDRError) in
                    try d.array("x", limit: .max) { d throws(XDRError) in try d.int("y") }
                }
            }
        }
        #expect(throws: XDRError.truncated(field: "x", needed: .max, left: 0)) {
            try decode([]) { d throws(XDRError) in try d.fixedOpaque("x", count: .max) }
        }
    }

    @Test("what is no value is refused with the field and the limit")
    func refused() {
        #expect(
            error("0000") { d throws(XDRError) in _ = try d.int("n") }
                == "n needs 4 bytes, 2 are left"
        )
        #expect(
            error("00000002") { d throws(XDRError) in _ = try d.bool("b") }
                == "b is 2, allowed are 0 and 1"
        )
        #expect(
            error("00000003") { d throws(XDRError) in
                _ = try d.enumeration("c", as: Colour.self)
            } == "c is 3, which has no meaning"
        )
        #expect(
            error("00000001 61000001") { d throws(XDRError) in _ = try d.string("s", limit: 9) }
                == "s is filled up with bytes that are not zero"
        )
        #expect(
            error("00000001 ff000000") { d throws(XDRError) in _ = try d.string("s", limit: 9) }
                == "s is not valid UTF-8"
        )
        #expect(
            error("00000001 61") { d throws(XDRError) in _ = try d.string("s", limit: 9) }
                == "s needs 1 bytes, 1 are left"
        )
        #expect(
            error("00000001 00") { d throws(XDRError) in _ = try d.int("n") }
                == "1 bytes are left after the last field, 0 are allowed"
        )
    }

    @Test("cut anywhere, a message is refused and nothing else happens")
    func cut() throws {
        var encoder = XDREncoder()
        RemoteSubmit(RemoteJob(device: "pump", seconds: 5, body: [1, 2, 3])).encode(to: &encoder)

        for count in 0..<encoder.bytes.count {
            #expect(throws: XDRError.self) {
                try decode(Array(encoder.bytes[..<count])) { decoder throws(XDRError) in
                    _ = try RemoteSubmitView(from: &decoder)
                }
            }
        }
    }

    private func encoded(_ write: (inout XDREncoder) -> Void) -> String {
        var encoder = XDREncoder()
        write(&encoder)
        return hex(encoder.bytes)
    }

    private func error(
        _ digits: String,
        _ read: (inout XDRDecoder) throws(XDRError) -> Void
    ) -> String? {
        do throws(XDRError) {
            try decode(bytes(hex: digits), read)
            return nil
        } catch {
            return error.description
        }
    }
}
