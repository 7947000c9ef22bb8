import Testing

@testable import Core

@Suite("Record marking", .timeLimit(.minutes(5)))
struct RecordMarkingTests {
    @Test("a record in one piece is found where it lies, one after another")
    func whole() throws {
        let stream =
            RecordMarking.record([1, 2, 3]) + RecordMarking.record([]) + RecordMarking.record([4])

        #expect(try records(in: [stream]) == [[1, 2, 3], [], [4]])
    }

    @Test("however the stream is cut, the records are the same")
    func cut() throws {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        for _ in 0..<300 {
            var stream: [UInt8] = []
            var expected: [[UInt8]] = []
            for _ in 0..<Int.random(in: 1...5, using: &numbers) {
                var record: [UInt8] = []
                let fragments = Int.random(in: 1...4, using: &numbers)
                for number in 1...fragments {
                    let part = (0..<Int.random(in: 0...6, using: &numbers)).map { UInt8($0) }
                    let last: UInt32 = number == fragments ? 0x8000_0000 : 0
                    stream += withUnsafeBytes(of: (last | UInt32(part.count)).bigEndian) {
                        Array($0)
                    }
                    stream += part
                    record += part
                }
                expected.append(record)
            }
            var pieces: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...9, using: &numbers)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }

            #expect(try records(in: pieces) == expected, "seed \(seed)")
            #expect(try records(in: stream.map { [$0] }) == expected, "seed \(seed)")
        }
    }

    @Test("empty fragments for ever, and fragments of one byte, end at the limit")
    func floods() {
        let many = RecordMarking.Failure.tooManyFragments(limit: 64)
        #expect(throws: many) { try records(in: [[UInt8](repeating: 0, count: 1000)]) }
        let small = Array(repeatElement(bytes(hex: "00000001 41"), count: 100_000).joined())
        #expect(throws: many) { try records(in: [small]) }
        #expect(throws: many) { try records(in: small.map { [$0] }) }
    }

    @Test("64 fragments of 128 KiB together are a record, one byte more is not")
    func limits() throws {
        let part = [UInt8](repeating: 7, count: 2048)
        var stream: [UInt8] = []
        for _ in 0..<63 { stream += bytes(hex: "00000800") + part }

        #expect(try records(in: [stream + bytes(hex: "80000800") + part]).map(\.count) == [131_072])
        #expect(throws: RecordMarking.Failure.recordTooLong(bytes: 131_073, limit: 131_072)) {
            try records(in: [stream + bytes(hex: "80000801") + part])
        }
        for mark in ["ffffffff", "80020001", "7fffffff"] {
            #expect(throws: RecordMarking.Failure.self) { try records(in: [bytes(hex: mark)]) }
        }
    }

    @Test("a record has begun with its first byte and ended with its last")
    func progress() throws {
        var marking = RecordMarking()
        #expect(!marking.isInRecord)
        for (byte, isLast) in zip(bytes(hex: "80000001 41"), [false, false, false, false, true]) {
            var position = 0
            let finding = try [byte].span.withUnsafeBytes { piece throws(RecordMarking.Failure) in
                try marking.next(in: piece, from: &position)
            }
            #expect(finding == (isLast ? .joined : .needsMore))
            #expect(marking.isInRecord == !isLast)
        }
        #expect(marking.joined == [0x41])
    }

    private func records(in pieces: [[UInt8]]) throws(RecordMarking.Failure) -> [[UInt8]] {
        var marking = RecordMarking()
        var records: [[UInt8]] = []
        for piece in pieces {
            var position = 0
            var finding: RecordMarking.Finding
            repeat {
                finding = try piece.span.withUnsafeBytes { bytes throws(RecordMarking.Failure) in
                    try marking.next(in: bytes, from: &position)
                }
                switch finding {
                case .inPiece(let range): records.append(Array(piece[range]))
                case .joined: records.append(marking.joined)
                case .needsMore: break
                }
            } while finding != .needsMore
        }
        return records
    }
}
