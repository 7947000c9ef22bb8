import Testing

@testable import Core

/// Python's own library, which nobody here wrote.
@Suite("XDR against Python's xdrlib", .timeLimit(.minutes(5)))
struct XDROracleTests {
    private static let program = """
        import sys, warnings
        warnings.simplefilter("ignore")
        import xdrlib
        for line in sys.stdin:
            kind, text = line.split()
            raw = bytes.fromhex(text)
            unpacker, packer = xdrlib.Unpacker(raw), xdrlib.Packer()
            if kind == "list":
                value = unpacker.unpack_array(unpacker.unpack_string)
                packer.pack_array(value, packer.pack_string)
                shown = ",".join(item.hex() for item in value)
            elif kind == "fixed":
                value = unpacker.unpack_fopaque(5)
                packer.pack_fopaque(5, value)
                shown = value.hex()
            else:
                value = getattr(unpacker, "unpack_" + kind)()
                getattr(packer, "pack_" + kind)(value)
                if isinstance(value, bytes): shown = value.hex()
                elif isinstance(value, float): shown = value.hex()
                else: shown = str(int(value))
            unpacker.done()
            print(kind, shown or "-", packer.get_buffer().hex())
        """

    /// A line for the oracle, and what it should say: our value, and the same bytes again.
    fileprivate struct Case {
        let kind: String
        let bytes: [UInt8]
        let shown: String

        var digits: String { hex(bytes).filter { $0 != " " } }
    }

    @Test("random values of every type are read there and written there as here", .needs(.python3))
    func random() throws {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        let cases = (0..<300).flatMap { _ in Self.cases(&numbers) }
        let input = cases.map { "\($0.kind) \($0.digits)\n" }.joined()

        let (status, output) = try Oracle.python3.run(
            ["-c", Self.program],
            input: Array(input.utf8.prefix(60_000).reversed().drop { $0 != 10 }.reversed())
        )

        try #require(status == 0, "seed \(seed): \(output)")
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines.count > 500)
        for (line, expected) in zip(lines, cases) {
            #expect(
                line == "\(expected.kind) \(expected.shown) \(expected.digits)",
                "seed \(seed)"
            )
        }
    }

    private static func cases(_ numbers: inout RandomNumbers) -> [Case] {
        let int = Int32.random(in: .min ... .max, using: &numbers)
        let unsigned = UInt32.random(in: .min ... .max, using: &numbers)
        let hyper = Int64.random(in: .min ... .max, using: &numbers)
        let unsignedHyper = UInt64.random(in: .min ... .max, using: &numbers)
        let flag = Bool.random(using: &numbers)
        let double = Double(int) / 1024
        let text = random(&numbers)
        let list = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in random(&numbers) }
        let five = (0..<5).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        return [
            Case("int", "\(int)") { $0.int(int) },
            Case("uint", "\(unsigned)") { $0.unsignedInt(unsigned) },
            Case("enum", "\(int)") { $0.int(int) },
            Case("hyper", "\(hyper)") { $0.hyper(hyper) },
            Case("uhyper", "\(unsignedHyper)") { $0.unsignedHyper(unsignedHyper) },
            Case("bool", flag ? "1" : "0") { $0.bool(flag) },
            Case("float", pythonHex(1.5)) { $0.float(1.5) },
            Case("double", pythonHex(double)) { $0.double(double) },
            Case("opaque", digits(text)) { $0.opaque(text) },
            Case("string", digits(text)) { $0.opaque(text) },
            Case("fixed", digits(five)) { $0.fixedOpaque(five) },
            Case("list", list.isEmpty ? "-" : shown(list)) { encoder in
                encoder.array(list) { $0.opaque($1) }
            },
        ]
    }

    private static func random(_ numbers: inout RandomNumbers) -> [UInt8] {
        (0..<Int.random(in: 0...9, using: &numbers)).map { _ in
            UInt8.random(in: 0...255, using: &numbers)
        }
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        bytes.isEmpty ? "-" : hex(bytes).filter { $0 != " " }
    }

    private static func shown(_ list: [[UInt8]]) -> String {
        let text = list.map { hex($0).filter { $0 != " " } }.joined(separator: ",")
        return text.isEmpty ? "-" : text
    }

    /// As Python's `float.hex` writes a number.
    private static func pythonHex(_ value: Double) -> String {
        guard value != 0 else { return "0x0.0p+0" }
        let fraction = String(value.significandBitPattern, radix: 16)
        let padded = String(repeating: "0", count: 13 - fraction.count) + fraction
        let exponent = Int(value.exponent)
        return "\(value < 0 ? "-" : "")0x1.\(padded)p\(exponent < 0 ? "" : "+")\(exponent)"
    }
}

extension XDROracleTests.Case {
    fileprivate init(_ kind: String, _ shown: String, _ write: (inout XDREncoder) -> Void) {
        var encoder = XDREncoder()
        write(&encoder)
        self.init(kind: kind, bytes: encoder.bytes, shown: shown)
    }
}
