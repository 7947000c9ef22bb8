import Testing

@testable import Core

@Suite("Seals", .timeLimit(.minutes(5)))
struct SealsTests {
    private let now = Guarded(SealedFixtures.milliseconds)
    private let peer = SocketAddress.loopback(port: 40_000)
    private let other = SocketAddress.loopbackIPv6(port: 40_000)

    private func seals(perPeer: Int = 100, inAll: Int = 1000) throws -> Seals {
        var limits = NonceMemory.Limits()
        limits.perPeer = perPeer
        limits.inAll = inAll
        let now = now
        return Seals(try SealedFixtures.token(), limits: limits) { now.withLock { $0 } }
    }

    private func error(
        _ seals: Seals,
        _ datagram: [UInt8],
        from peer: SocketAddress? = nil
    ) -> SealError? {
        datagram.withUnsafeBufferPointer { bytes in
            do throws(SealError) {
                _ = try seals.open(bytes, from: peer ?? self.peer)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("a datagram is opened once, wherever it comes from the second time")
    func replay() throws {
        let seals = try seals()
        let datagram = bytes(hex: SealedFixtures.job)
        var port = peer
        port.port = 40_001

        #expect(error(seals, datagram) == nil)
        #expect(error(seals, datagram) == .replayed)
        #expect(error(seals, datagram, from: port) == .replayed)
        #expect(error(seals, datagram, from: other) == .replayed)
    }

    @Test("the same bytes stay refused until their time has left the window, and then too")
    func replayLater() throws {
        let seals = try seals()
        let datagram = bytes(hex: SealedFixtures.job)
        // As far ahead as may be, so it stays in the window for longest.
        now.withLock { $0 -= Seals.window }
        #expect(error(seals, datagram) == nil)

        for second in 1...300 {
            now.withLock { $0 += 1000 }
            let found = error(seals, datagram)
            if second <= 120 {
                #expect(found == .replayed, "after \(second) s")
            } else {
                let milliseconds = UInt64(second - 60) * 1000
                #expect(found == .outsideWindow(milliseconds: milliseconds), "after \(second) s")
            }
        }
    }

    @Test("a minute is allowed in both directions, and not a millisecond more")
    func window() throws {
        let seals = try seals()
        let time = SealedFixtures.milliseconds

        #expect(error(seals, try SealedFixtures.request("3:5", at: time - 60_000)) == nil)
        #expect(error(seals, try SealedFixtures.request("3:5", at: time + 60_000)) == nil)
        for wrong in [time - 60_001, time + 60_001, 0, .max] {
            let datagram = try SealedFixtures.request("3:5", at: wrong)
            #expect(
                error(seals, datagram)
                    == .outsideWindow(milliseconds: wrong > time ? wrong - time : time - wrong)
            )
        }
    }

    @Test("a reply, and what another token sealed, is refused and takes no place")
    func refused() throws {
        let seals = try seals(perPeer: 1)

        #expect(error(seals, bytes(hex: SealedFixtures.reply)) == .wrongDirection)
        for _ in 0..<10 {
            let strange = try SealedFixtures.request("3:5", by: "another-token-of-some-length")
            #expect(error(seals, strange) == .wrongCode)
        }
        #expect(error(seals, bytes(hex: SealedFixtures.job)) == nil)
    }

    @Test("a peer that floods is refused; it drives nobody else's nonces out, nor its own")
    func flood() throws {
        let seals = try seals(perPeer: 100)
        let early = try SealedFixtures.request("early:1")
        #expect(error(seals, early, from: other) == nil)

        let flood = try (0..<200).map { try SealedFixtures.request("\($0):1") }
        let found = flood.map { error(seals, $0) }

        #expect(found.prefix(100).allSatisfy { $0 == nil })
        #expect(found.dropFirst(100).allSatisfy { $0 == .tooManyOfPeer(limit: 100) })
        #expect(error(seals, early, from: other) == .replayed)
        #expect(error(seals, flood[0]) == .replayed)
        #expect(error(seals, try SealedFixtures.request("later:1"), from: other) == nil)
    }

    @Test("the memory has a limit in all, and room again after two minutes")
    func total() throws {
        let seals = try seals(perPeer: 100, inAll: 3)
        for _ in 0..<3 { #expect(error(seals, try SealedFixtures.request("3:5")) == nil) }
        #expect(
            error(seals, try SealedFixtures.request("3:5"), from: other) == .tooManyInAll(limit: 3)
        )

        let later = now.withLock { time in
            time += 2 * Seals.window + 1
            return time
        }

        #expect(error(seals, try SealedFixtures.request("3:5", at: later), from: other) == nil)
    }

    @Test("a client takes a reply once, and only to what it has asked")
    func client() throws {
        let client = ClientSeals(try SealedFixtures.token()) { SealedFixtures.milliseconds }
        let seals = try seals()
        let request = client.seal(Array("3:5".utf8))
        let sealed = try request.withUnsafeBufferPointer { try seals.open($0, from: peer) }
        let reply = try #require(seals.reply(request[sealed.payload], to: sealed.nonce))

        #expect(client.payload(of: request) == nil, "its own request, sent back")
        #expect(client.payload(of: bytes(hex: SealedFixtures.reply)) == nil, "another's reply")
        #expect(client.payload(of: Array("3:5".utf8)) == nil)
        #expect(client.payload(of: reply) == Array("3:5".utf8))
        #expect(client.payload(of: reply) == nil, "the same reply again")
    }

    @Test("a client that repeats a request seals it anew")
    func repetition() throws {
        let client = ClientSeals(try SealedFixtures.token()) { SealedFixtures.milliseconds }
        let seals = try seals()

        #expect(error(seals, client.seal([1])) == nil)
        #expect(error(seals, client.seal([1])) == nil)
    }
}
