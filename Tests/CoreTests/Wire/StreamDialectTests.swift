import Testing

@testable import Core

@Suite("What a connection speaks", .timeLimit(.minutes(5)))
struct StreamDialectTests {
    private func decide(_ bytes: [UInt8]) -> StreamDialect? { StreamDialect.decide(bytes.span) }

    private func decide(_ text: String) -> StreamDialect? { decide(Array(text.utf8)) }

    @Test("the first bytes tell the dialect")
    func dialects() {
        #expect(decide([0x16, 3, 1]) == .secured)
        #expect(decide([0x80, 0, 0, 0x44, 1, 2, 3, 4, 0, 0, 0, 0]) == .remoteCalls)
        #expect(decide([0, 1, 255, 255, 0x7b, 2, 3, 4, 0, 0, 0, 0]) == .remoteCalls)
        #expect(decide(" \t{\"type\"") == .json)
        #expect(decide("[1]") == .json)
        #expect(decide("GET /metrics HTTP/1.1\r\n") == .http)
        #expect(decide("GET / HTTP/9.9\r\n") == .http)
        #expect(decide("3:5") == .text)
        #expect(decide("done") == .text)
        #expect(decide("GET lost:5\n") == .text)
        #expect(decide("é:5") == .text)
    }

    @Test("what nobody speaks is unknown")
    func unknown() {
        for bytes: [UInt8] in [
            [0x80, 4, 0x95], [0x10, 0x20], [0x80, 0xff, 0xff, 0xff], [0xff, 0xfe], [0x1b, 0x5d],
            [0x80, 0, 0, 0x44, 1, 2, 3, 4, 0, 0, 0, 1], [0xc0, 0x80],
        ] {
            #expect(decide(bytes) == .unknown, "\(bytes)")
        }
        #expect(decide("*1\r\n") == .unknown)
        #expect(decide("*1:5") == .text)
        #expect(decide("*") == nil)
        #expect(decide([0xef, 0xbb, 0xbf, 0x7b]) == .json)
        #expect(decide([0xef, 0xbb]) == nil)
        #expect(decide([0xef, 0xbb, 0xbf, 0x33]) == .text)
        #expect(decide(String(repeating: " ", count: 16_385)) == .unknown)
        #expect(decide("GET /" + String(repeating: "a", count: 16_385)) == .unknown)
    }

    @Test("too few bytes to tell are kept, whatever comes, and the first that tell decide")
    func undecided() {
        for whole in [
            Array("  {\"a\":1}".utf8), Array("PATCH /x HTTP/1.1\r\n".utf8),
            [0x80, 0, 0, 0x44, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0],
        ] {
            let final = decide(whole)
            var decided: StreamDialect?
            for count in 0...whole.count {
                let now = decide(Array(whole[..<count]))
                if let decided { #expect(now == decided) }
                decided = now
            }
            #expect(decided == final)
            #expect(final != nil)
        }
    }

    @Test("random calls and printable texts are never confused")
    func random() {
        var random = RandomNumbers(seed: 4)
        for _ in 0..<20_000 {
            var call: [UInt8] = [0x80, 0, UInt8.random(in: 0...255, using: &random), 40]
            for _ in 0..<4 { call.append(UInt8.random(in: 0...255, using: &random)) }
            call += [0, 0, 0, 0, 0, 0, 0, 2]
            #expect(decide(call) == .remoteCalls)
            let text = (0..<20).map { _ in UInt8.random(in: 0x21...0x7e, using: &random) }
            #expect(decide(text) != .remoteCalls)
            #expect(decide(text) != nil)
        }
    }
}
