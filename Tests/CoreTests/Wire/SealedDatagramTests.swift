import Testing

@testable import Core

@Suite("Sealed datagrams", .timeLimit(.minutes(5)))
struct SealedDatagramTests {
    private func open(_ bytes: [UInt8], by secret: String = SealedFixtures.secret) throws
        -> SealedDatagram
    {
        let token = try SealedFixtures.token(secret)
        return try bytes.withUnsafeBufferPointer { try token.open($0) }
    }

    private func error(_ bytes: [UInt8]) -> SealError? {
        do {
            _ = try open(bytes)
            return nil
        } catch {
            return error as? SealError
        }
    }

    @Test("what we write has the bytes that another program computes")
    func bytesOfOthers() throws {
        let token = try SealedFixtures.token()

        for (direction, fixture) in [
            (SealedDatagram.Direction.request, SealedFixtures.job), (.reply, SealedFixtures.reply),
        ] {
            let sealed = token.seal(
                Array("3:5".utf8),
                direction,
                milliseconds: SealedFixtures.milliseconds,
                nonce: SealedFixtures.nonce
            )
            #expect(sealed == bytes(hex: fixture))
        }
    }

    @Test("what others write is read", arguments: [0, 3, 40])
    func read(length: Int) throws {
        let fixture =
            [0: SealedFixtures.empty, 3: SealedFixtures.job, 40: SealedFixtures.status][length]
        let datagram = bytes(hex: try #require(fixture))

        let sealed = try open(datagram)

        #expect(sealed.direction == .request)
        #expect(sealed.milliseconds == SealedFixtures.milliseconds)
        #expect(sealed.nonce == SealedFixtures.nonce)
        #expect(sealed.payload == 24..<24 + length)
        #expect(DatagramDialect(datagram.span) == .sealed)
    }

    @Test("a byte that was altered is noticed at every place, whichever bit it was")
    func altered() {
        let datagram = bytes(hex: SealedFixtures.job)

        for place in datagram.indices {
            for bit in 0..<8 {
                var changed = datagram
                changed[place] ^= 1 << bit
                #expect(error(changed) != nil, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test("a datagram that was cut short or made longer is refused")
    func wrongLength() {
        let datagram = bytes(hex: SealedFixtures.job)

        for count in 0..<datagram.count {
            #expect(error(Array(datagram.prefix(count))) != nil, "\(count) bytes")
        }
        #expect(error(datagram + [0]) == .wrongLength(said: 3, found: 4))
        #expect(error(Array(datagram.prefix(39))) == .tooShort(bytes: 39))
        #expect(error([]) == .tooShort(bytes: 0))
    }

    @Test("the code of another token is refused, and so is half a code with a right beginning")
    func wrongCode() throws {
        var half = bytes(hex: SealedFixtures.job)
        for place in half.indices.suffix(8) { half[place] = 0 }

        #expect(throws: SealError.wrongCode) {
            try open(bytes(hex: SealedFixtures.job), by: "another-token-of-some-length")
        }
        #expect(error(half) == .wrongCode)
    }

    @Test("an unknown key or direction is refused before anything is computed")
    func unknown() {
        var key = bytes(hex: SealedFixtures.job)
        key[4] = 1
        var direction = bytes(hex: SealedFixtures.job)
        direction[5] = 2

        #expect(error(key) == .unknownKey(1))
        #expect(error(direction) == .unknownDirection(2))
    }

    @Test("every error has a sentence that tells nothing of the token")
    func sentences() {
        let errors: [SealError] = [
            .tooShort(bytes: 1), .noMark, .unknownKey(1), .unknownDirection(2), .wrongDirection,
            .wrongLength(said: 1, found: 2), .wrongCode, .outsideWindow(milliseconds: 61_000),
            .replayed, .tooManyOfPeer(limit: 1), .tooManyInAll(limit: 1),
        ]

        for error in errors {
            #expect(error.description.count > 10)
            #expect(!error.description.contains(SealedFixtures.secret))
        }
    }
}
