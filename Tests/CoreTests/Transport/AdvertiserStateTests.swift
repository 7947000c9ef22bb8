import Testing

@testable import Core

@Suite("What an advertiser says", .timeLimit(.minutes(5)))
struct AdvertiserStateTests {
    private static let everybody = SocketAddress(IPv4Address(0x0a00_0009), port: 5353)
    private static let asker = SocketAddress(IPv4Address(0x0a00_0007), port: 40_000)
    private static let own = IPv4Address(0x0a00_0001)
    private static let interface = NetworkInterface(
        name: "eth9",
        index: 9,
        address: own,
        mask: 0xffff_ff00,
        isLoopback: false
    )

    private var state: AdvertiserState
    private var now = Microseconds.zero
    private let seed = UInt64.random(in: 0...999_999)

    init() { state = Self.state(seed: seed) }

    private static func state(
        _ address: IPv4Address = own,
        at now: Microseconds = .zero,
        seed: UInt64
    ) -> AdvertiserState {
        AdvertiserState(
            AdvertisedService(
                instance: "lab 5555",
                host: "lab-5555",
                at: [SocketAddress(address, port: 5555)],
                mailboxes: ["default", "print"]
            ),
            on: interface,
            ownAddresses: [.a(address)],
            at: now,
            random: RandomNumbers(seed: seed)
        )
    }

    /// Lets time pass, and says what was sent when.
    private mutating func pass(
        _ seconds: Double
    ) -> [(time: Microseconds, sent: AdvertiserState.Outgoing)] {
        let end = now + .seconds(seconds)
        var sent: [(Microseconds, AdvertiserState.Outgoing)] = []
        while let next = state.nextTime, next <= end {
            now = max(now, next)
            sent += state.advance(to: now).map { (now, $0) }
        }
        now = end
        sent += state.advance(to: now).map { (now, $0) }
        return sent
    }

    /// Claims the names, announces, and lets enough time pass for every record to be told again.
    private mutating func begin() { _ = pass(5) }

    @discardableResult
    private mutating func receive(
        _ message: DNSMessage,
        from peer: SocketAddress = everybody
    ) -> AdvertiserState.Refusal? {
        state.receive(message.bytes, from: peer, at: now)
    }

    private static func question(
        _ name: DNSName,
        _ type: UInt16 = DNSType.ptr,
        id: UInt16 = 0,
        unicast: Bool = false,
        knowing known: [DNSRecord] = []
    ) -> DNSMessage {
        DNSMessage(
            id: id,
            questions: [DNSQuestion(name, type, wantsUnicast: unicast)],
            answers: known
        )
    }

    private static let asksForType = question(AdvertisedService.type)

    @Test("it asks three times, 250 ms apart, whether the names are free, then announces twice")
    mutating func begins() throws {
        let sent = pass(5)

        try #require(sent.count == 5, "seed \(seed)")
        #expect(sent[0].time <= .seconds(0.25))
        for index in 0..<3 {
            #expect(sent[index].sent.message.questions.map(\.type) == [255, 255])
            // Nobody who shares the port would hear an answer to one alone.
            #expect(sent[index].sent.message.questions.map(\.wantsUnicast) == [false, false])
            #expect(sent[index].sent.message.authorities.count == 3)
            #expect(sent[index].time == sent[0].time + .seconds(0.25) * UInt64(index))
        }
        #expect(sent[3].time == sent[2].time + .seconds(0.25))
        #expect(sent[4].time == sent[3].time + .seconds(1))
        for index in 3..<5 {
            #expect(sent[index].sent.message.flags == 0x8400)
            #expect(sent[index].sent.message.answers.count == 5)
            #expect(sent[index].sent.peer == nil)
        }
    }

    @Test("the records are those of the table, with names, times and cache flush bits")
    mutating func records() throws {
        let records = try #require(pass(5).last).sent.message.answers

        #expect(records.map(\.timeToLive) == [4500, 4500, 120, 4500, 120])
        #expect(records.map(\.flushesCache) == [false, false, true, true, true])
        #expect(records.map { "\($0.name)" }[2] == "lab 5555._signalbox._tcp.local.")
        #expect(records[1].data == .ptr(AdvertisedService.type))
        #expect(
            records[3].data
                == .txt(
                    [
                        "txtvers=1", "proto=rpc,json,text,http", "prog=0x20004017",
                        "buf=default,print",
                    ].map { Array($0.utf8) }
                )
        )
        #expect(records[4].data == .a(Self.own))
    }

    @Test("a question is answered once, after 20 to 120 ms, with what will be asked next")
    mutating func answers() throws {
        begin()
        let asked = now

        receive(Self.asksForType)
        receive(Self.asksForType)
        let sent = pass(1)

        try #require(sent.count == 1, "seed \(seed)")
        let delay = sent[0].time - asked
        #expect(delay >= .seconds(0.02) && delay <= .seconds(0.12), "seed \(seed)")
        #expect(sent[0].sent.peer == nil)
        #expect(sent[0].sent.message.answers.map(\.data.type) == [DNSType.ptr])
        #expect(sent[0].sent.message.additionals.map(\.data.type).sorted() == [1, 16, 33])
    }

    @Test("each record is told once a second at most, however often it is asked for")
    mutating func oncePerSecond() {
        begin()
        var times: [Microseconds] = []

        for _ in 0..<1000 {
            receive(Self.asksForType)
            times += pass(0.005).filter { !$0.sent.message.answers.isEmpty }.map(\.time)
        }

        #expect((5...6).contains(times.count), "seed \(seed)")
        for (first, second) in zip(times, times.dropFirst()) {
            #expect(second - first >= .seconds(1), "seed \(seed)")
        }
    }

    @Test("what the asker knows for half its time is not told")
    mutating func knownAnswers() throws {
        begin()
        var known = try #require(state.service.records.first)

        receive(Self.question(AdvertisedService.type, knowing: [known]))
        #expect(pass(1).isEmpty)
        known.timeToLive = 2249
        receive(Self.question(AdvertisedService.type, knowing: [known]))
        #expect(pass(1).count == 1)
    }

    @Test("known answers may follow in a second message")
    mutating func truncated() throws {
        begin()
        let known = try #require(state.service.records.first)
        var first = Self.asksForType
        first.flags = 0x0200

        receive(first)
        #expect(pass(0.3).isEmpty)
        receive(DNSMessage(answers: [known]))

        #expect(pass(1).isEmpty)
    }

    @Test("a program that is no responder gets its id and question back, alone and at once")
    mutating func legacy() throws {
        begin()

        receive(Self.question(AdvertisedService.type, id: 77), from: Self.asker)
        let sent = pass(0)

        try #require(sent.count == 1)
        #expect(sent[0].sent.peer == Self.asker)
        let message = sent[0].sent.message
        #expect(message.id == 77 && message.questions == Self.asksForType.questions)
        #expect((message.answers + message.additionals).allSatisfy { $0.timeToLive <= 10 })
        #expect(!(message.answers + message.additionals).contains { $0.flushesCache })
        #expect(message.additionals.count == 3)
    }

    @Test(
        "where answering could go on for ever, or hits somebody else, nobody is answered",
        arguments: [0, 7, 19, 53, 111] as [UInt16]
    )
    mutating func reserved(port: UInt16) throws {
        begin()
        var asker = Self.asker
        asker.port = port

        receive(Self.question(AdvertisedService.type, id: 77), from: asker)

        #expect(pass(1).isEmpty)
    }

    @Test("a responder that asks for an answer of its own gets one while everybody has heard it")
    mutating func unicast() throws {
        begin()

        receive(Self.question(AdvertisedService.type, unicast: true))
        #expect(pass(1).map(\.sent.peer) == [Self.everybody])
        let here = SocketAddress(Self.own, port: 5353)
        receive(Self.question(AdvertisedService.type, unicast: true), from: here)
        #expect(pass(2).map(\.sent.peer) == [nil], "a program on this machine may share the port")
        // A quarter of 120 s is over.
        _ = pass(40)
        receive(Self.question(state.service.instanceName, DNSType.srv, unicast: true))
        #expect(pass(1).map(\.sent.peer) == [nil])
    }

    @Test("nobody elsewhere is answered, and no answer is, not even our own")
    mutating func ignored() throws {
        begin()
        let elsewhere = SocketAddress(IPv4Address(0x0a00_0107), port: 5353)
        let our = DNSMessage(flags: 0x8400, answers: state.service.records)

        #expect(receive(Self.asksForType, from: elsewhere) == .offLink)
        #expect(receive(our) == nil)
        #expect(state.receive([1, 2, 3], from: Self.everybody, at: now) == .malformed)
        #expect(receive(Self.question(try DNSName([Array("other".utf8)]))) == nil)
        var odd = Self.asksForType
        odd.flags = 0x2800
        #expect(receive(odd) == nil)
        #expect(pass(10).isEmpty)
    }

    @Test("a thousand single askers in one second are not all answered")
    mutating func flood() {
        begin()
        var answers = 0
        var refusals = 0

        for _ in 0..<1000 {
            if receive(Self.asksForType, from: Self.asker) == .tooManyAsked { refusals += 1 }
            answers += pass(0.001).count
        }

        #expect((190...210).contains(answers), "\(answers)")
        #expect(answers + refusals == 1000)
    }

    @Test("a name that somebody has is left to him while it is only being claimed")
    mutating func conflict() throws {
        _ = pass(0.3)
        let theirs = DNSRecord(
            state.service.hostName,
            .a(Self.everybody.ipv4Address ?? .loopback),
            timeToLive: 120
        )

        receive(DNSMessage(flags: 0x8400, answers: [theirs]))
        let records = try #require(pass(5).last).sent.message.answers

        #expect(state.service.instance == "lab 5555 (2)" && state.service.host == "lab-5555-2")
        #expect("\(records[2].name)" == "lab 5555 (2)._signalbox._tcp.local.")
        receive(DNSMessage(flags: 0x8400, answers: [theirs]))
        #expect(state.isKnown)
    }

    @Test("a name that is its own is claimed again before it is given up")
    mutating func defence() throws {
        begin()
        let theirs = DNSRecord(state.service.hostName, .a(.loopback), timeToLive: 120)

        receive(DNSMessage(flags: 0x8400, answers: [theirs]))
        #expect(!state.isKnown && state.service.instance == "lab 5555")
        receive(DNSMessage(flags: 0x8400, answers: [theirs]))
        #expect(state.service.instance == "lab 5555 (2)")
    }

    @Test("two that claim a name at the same time end with two names", arguments: 0..<20)
    mutating func together(number: UInt64) throws {
        var two = [
            Self.state(seed: number),
            Self.state(
                IPv4Address(0x0a00_0002),
                at: .seconds(Double(number) / 50),
                seed: number + 100
            ),
        ]
        let peers = [Self.own, IPv4Address(0x0a00_0002)].map { SocketAddress($0, port: 5353) }

        for millisecond in 0..<10_000 {
            let now = Microseconds(UInt64(millisecond) * 1000)
            for index in 0..<2 where two[index].nextTime.map({ $0 <= now }) ?? false {
                for outgoing in two[index].advance(to: now) {
                    for other in 0..<2 {
                        _ = two[other].receive(outgoing.message.bytes, from: peers[index], at: now)
                    }
                }
            }
        }

        #expect(two[0].isKnown && two[1].isKnown)
        #expect(two[0].service.instance != two[1].service.instance)
        #expect(two[0].service.host != two[1].service.host)
    }

    @Test("the goodbye takes back what is its own alone, and nothing is said after it")
    mutating func goodbye() throws {
        begin()

        let last = try #require(state.end().first)

        #expect(last.message.answers.map(\.timeToLive) == [0, 0, 0, 0])
        #expect(!last.message.answers.contains { $0.name == AdvertisedService.list })
        #expect(state.end().isEmpty && state.nextTime == nil)
        receive(Self.asksForType)
        #expect(state.advance(to: now).isEmpty)
    }

    @Test("before the names are its own there is nothing to take back")
    mutating func earlyEnd() {
        #expect(state.end().isEmpty)
    }

    @Test("what somebody else takes back is told again, where we say it too")
    mutating func rescue() throws {
        begin()
        var list = try #require(state.service.records.dropFirst().first)
        list.timeToLive = 0

        receive(DNSMessage(flags: 0x8400, answers: [list]))

        let times = pass(1).map { $0.sent.message.answers.map(\.timeToLive) }
        #expect(times == [[4500]])
    }

    @Test("names are cut to fit, also with a number after them")
    func cut() {
        let service = AdvertisedService(
            instance: String(repeating: "ü", count: 40),
            host: "a b.ü" + String(repeating: "x", count: 80),
            at: [SocketAddress(Self.own, port: 1)],
            mailboxes: (0..<40).map { "mailbox\($0)" }
        )

        #expect(service.instance.utf8.count == 62 && service.host.hasPrefix("a-b---x"))
        let other = AdvertisedService.renamed(service, 12)
        #expect(other.instance.hasSuffix("ü (12)") && other.host.hasSuffix("x-12"))
        #expect(other.instance.utf8.count <= 63 && other.host.utf8.count == 63)
        #expect(other.records.count == 5)
    }
}
