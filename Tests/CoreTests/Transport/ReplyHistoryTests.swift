import Testing

@testable import Core

@Suite("Reply history", .timeLimit(.minutes(5)))
struct ReplyHistoryTests {
    private let history = ReplyHistory(limit: 6, limitPerPeer: 3)
    private let start = Microseconds(1_000_000)

    @Test("the oldest reply of a peer gives way at its limit, a call in progress never does")
    func oldest() throws {
        let peer = ReplyHistory.Peer(isConnection: false)
        let waiting = try #require(claim(1, of: peer))
        for xid: UInt32 in 2...5 {
            let next = try #require(claim(xid, of: peer))
            history.finish(next, with: [UInt8(xid)], at: start)
        }

        #expect(state(1, of: peer) == "in progress")
        #expect(state(5, of: peer) == "done [5]")
        #expect(state(4, of: peer) == "done [4]")
        history.finish(waiting, with: [1], at: start)
        #expect(state(1, of: peer) == "done [1]")
        #expect(state(3, of: peer) == "unknown")
        #expect(history.count == 3)
    }

    @Test("with all its places in progress, a peer gets no further one")
    func allInProgress() {
        let peer = ReplyHistory.Peer(isConnection: false)
        for xid: UInt32 in 1...3 { _ = claim(xid, of: peer) }
        #expect(state(4, of: peer) == "full")
    }

    @Test("a peer's own replies that are old give way to its calls where there is no other place")
    func ownOldReplies() throws {
        let (peer, others) = (
            ReplyHistory.Peer(isConnection: false),
            [ReplyHistory.Peer(isConnection: false), ReplyHistory.Peer(isConnection: false)]
        )
        func call(_ xid: UInt32, of peer: ReplyHistory.Peer, at seconds: Double) throws {
            let recollection = recall(.take(waitMilliseconds: 0), xid, of: peer, after: seconds)
            guard case .unknown(let claim)? = recollection else {
                return #expect(state(recollection) == "unknown", "call \(xid) at \(seconds) s")
            }
            history.finish(claim, with: [UInt8(xid)], at: start + .seconds(seconds))
        }
        try call(1, of: peer, at: 0)
        try call(2, of: peer, at: 50)
        for xid: UInt32 in 1...3 { try call(xid, of: others[0], at: 50) }
        try call(1, of: others[1], at: 50)

        try call(3, of: peer, at: 61)

        let late = recall(.take(waitMilliseconds: 0), 4, of: peer, after: 61)
        #expect(state(late) == "full")
        let kept = recall(.take(waitMilliseconds: 0), 2, of: peer, after: 61)
        #expect(state(kept) == "done [2]")
        #expect(history.count == 6)
    }

    @Test("a closed connection's places are free again, and its late replies are ignored")
    func forgets() throws {
        let peer = ReplyHistory.Peer(isConnection: false)
        let waiting = try #require(claim(1, of: peer))
        history.forget(peer)
        history.finish(waiting, with: [1], at: start)
        history.forget(peer)
        #expect(history.count == 0)
    }

    @Test("connections take at most half of all places")
    func connections() throws {
        let first = ReplyHistory.Peer(isConnection: true)
        let second = ReplyHistory.Peer(isConnection: true)
        for xid: UInt32 in 1...3 { #expect(state(xid, of: first) == "unknown") }
        #expect(state(1, of: second) == "full")

        history.forget(first)

        #expect(state(1, of: second) == "unknown")
    }

    @Test("another procedure or other arguments are another call")
    func keys() {
        let peer = ReplyHistory.Peer(isConnection: false)
        let take = RemoteRequest.take(waitMilliseconds: 0)
        _ = recall(take, 1, of: peer)
        #expect(state(recall(.take(waitMilliseconds: 1), 1, of: peer)) == "unknown")
        #expect(state(recall(take, 1, of: peer)) == "in progress")
    }

    @Test("from all its ports a stranger has no more places than one address may, the oldest go")
    func manyPorts() throws {
        let history = ReplyHistory(limit: 4096, limitPerPeer: 64, limitPerHost: .strangers(8))
        let other = try SocketAddress.at("10.0.0.2")
        let kept = try #require(claim(1, from: other, history))
        history.finish(kept, with: [7], at: start)

        for port in 1...100 {
            let peer = try SocketAddress.at("10.0.0.1", port: UInt16(1000 + port))
            let next = try #require(claim(1, from: peer, history))
            history.finish(next, with: [1], at: start)
        }
        #expect(history.count == 9)
        #expect(state(recall(1, from: other, history)) == "done [7]")
        let last = try SocketAddress.at("10.0.0.1", port: 1100)
        #expect(state(recall(1, from: last, history)) == "done [1]")
        let first = try SocketAddress.at("10.0.0.1", port: 1001)
        #expect(state(recall(1, from: first, history)) == "unknown")

        // Calls in progress never give way.
        for port in 1...20 {
            let peer = try SocketAddress.at("10.0.0.3", port: UInt16(1000 + port))
            let expected = port <= 8 ? "unknown" : "full"
            #expect(state(recall(1, from: peer, history)) == expected)
        }
        for port in 1...20 {
            let local = SocketAddress.loopback(port: UInt16(1000 + port))
            #expect(state(recall(1, from: local, history)) == "unknown")
        }
    }

    private func claim(
        _ xid: UInt32,
        from peer: SocketAddress,
        _ history: ReplyHistory
    ) -> ReplyHistory.Claim? {
        guard case .unknown(let claim) = recall(xid, from: peer, history) else { return nil }
        return claim
    }

    private func recall(
        _ xid: UInt32,
        from peer: SocketAddress,
        _ history: ReplyHistory
    ) -> ReplyHistory.Recollection? {
        RemoteRequest.take(waitMilliseconds: 0).message(xid: xid).withUnsafeBytes { bytes in
            guard case .call(let call) = IncomingCall(bytes) else { return nil }
            return history.recall(ReplyHistory.Key(call), from: peer, at: start)
        }
    }

    @Test("the checksum is that of zip")
    func checksum() {
        let check = Array("123456789".utf8).withUnsafeBytes { CRC32.checksum($0) }
        #expect(check == 0xcbf4_3926)
        #expect([UInt8]().withUnsafeBytes { CRC32.checksum($0) } == 0)
        #expect(Array("a".utf8).withUnsafeBytes { CRC32.checksum($0) } == 0xe8b7_be43)
    }

    private func claim(_ xid: UInt32, of peer: ReplyHistory.Peer) -> ReplyHistory.Claim? {
        guard case .unknown(let claim) = recall(.take(waitMilliseconds: 0), xid, of: peer) else {
            return nil
        }
        return claim
    }

    private func state(_ xid: UInt32, of peer: ReplyHistory.Peer) -> String {
        state(recall(.take(waitMilliseconds: 0), xid, of: peer))
    }

    private func state(_ recollection: ReplyHistory.Recollection?) -> String {
        switch recollection {
        case .unknown: "unknown"
        case .inProgress: "in progress"
        case .done(let reply): "done \(reply)"
        case .full: "full"
        case nil: "no call"
        }
    }

    private func recall(
        _ request: RemoteRequest,
        _ xid: UInt32,
        of peer: ReplyHistory.Peer,
        after seconds: Double = 0
    ) -> ReplyHistory.Recollection? {
        request.message(xid: xid).withUnsafeBytes { bytes in
            guard case .call(let call) = IncomingCall(bytes) else { return nil }
            let now = start + .seconds(seconds)
            return history.recall(ReplyHistory.Key(call), of: peer, at: now)
        }
    }
}
