import ArgumentParser
import Core
import Testing

@testable import DeviceClient

@Suite("signalbox-device call", .timeLimit(.minutes(5)))
struct CallCommandTests {
    @Test("submit sends one second of device 1 and does not wait, if nothing else is said")
    func defaults() throws {
        let command = try CallCommand.parse(["submit", "localhost", "5555"])

        #expect(try command.request == .submit(RemoteSubmit(RemoteJob(device: "1", seconds: 1))))
        #expect(command.patience == .seconds(5))
        #expect(try SignalboxDevice.parseAsRoot(["call", "null", "localhost", "1"]) is CallCommand)
    }

    @Test("what is asked for is what is sent, and the client waits longer than the server")
    func options() throws {
        let words = ["--device", "Hi", "--seconds", "3", "--body", "There", "--wait", "2000"]
        let command = try CallCommand.parse(["submit", "localhost", "5555"] + words)

        let job = RemoteJob(device: "Hi", seconds: 3, body: Array("There".utf8))
        #expect(try command.request == .submit(RemoteSubmit(job, waitMilliseconds: 2000)))
        #expect(command.patience == .seconds(25))
    }

    @Test(
        "what cannot be called is refused before anything is sent",
        arguments: [
            ["find", "localhost", "1"], ["null", "localhost", "0"],
            ["null", "localhost", "65536"],
            ["null", "localhost", "1", "--wait", "1"], ["take", "localhost", "1", "--body", "x"],
            ["null", "localhost", "1", "--native"], ["null", "localhost", "1", "--timeout", "0"],
            ["submit", "localhost", "1", "--body", String(repeating: "x", count: 4097)],
        ]
    )
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try CallCommand.parse(arguments) }
    }

    @Test("registry and mailboxes are called by words after the port")
    func words() throws {
        func request(_ words: String...) throws -> RemoteRequest {
            try CallCommand.parse([words[0], "localhost", "5555"] + words.dropFirst()).request
        }
        func lamp(_ address: String, lease: UInt32 = 0) -> RemoteRequest {
            let service = RemoteService(name: "lamp", address: address)
            return .register(RemoteRegister(service, leaseSeconds: lease))
        }
        let submit = RemoteSubmit(RemoteJob(device: "3", seconds: 1))

        #expect(try request("register", "lamp", ":6000") == lamp("0.0.0.0.23.112"))
        #expect(
            try request("register", "lamp", "127.0.0.1:6000", "--lease", "9")
                == lamp("127.0.0.1.23.112", lease: 9)
        )
        #expect(try request("register", "lamp", "10.0.0.1.1.2") == lamp("10.0.0.1.1.2"))
        #expect(try request("register", "lamp", "[::1]:6000") == lamp("::1.23.112"))
        #expect(try request("renew", "7") == .renew(RemoteRenew(lease: 7)))
        #expect(try request("cancel", "\(UInt64.max)") == .cancel(lease: .max))
        #expect(try request("lookup") == .lookup(name: ""))
        #expect(try request("lookup", "lamp") == .lookup(name: "lamp"))
        #expect(try request("put", "box", "--device", "3") == .put(RemotePut("box", submit)))
        #expect(
            try request("get", "--wait", "9") == .get(RemoteGet("", waitMilliseconds: 9))
        )
        #expect(try request("mailboxes") == .mailboxes)
    }

    @Test(
        "what is no service, lease or name is refused with a sentence",
        arguments: [
            ["register", "lamp"], ["register", "lamp", "6000"], ["register", "lamp", ":0"],
            ["register", "lamp", "host:1"], ["renew"], ["renew", "-1"], ["cancel", "x"],
            ["lookup", "a", "b"], ["status", "x"], ["put", "a", "--lease", "3"],
            ["lookup", "--keep"], ["register", "lamp", ":1", "--lease", "3601"],
            ["register", "lamp", ":1", "--wait", "1"],
            ["lookup", String(repeating: "x", count: 65)],
        ]
    )
    func refusesWords(arguments: [String]) {
        let words = [arguments[0], "localhost", "1"] + arguments.dropFirst()
        #expect(throws: (any Error).self) { try CallCommand.parse(words) }
    }

    @Test("a service is told with host and port, ready to use")
    func services() throws {
        let server = try #require(SocketAddress(numeric: "192.0.2.9", port: 5555))
        let hits = RemoteHits(
            .full,
            [
                RemoteService(name: "signalbox", address: "0.0.0.0.21.179"),
                RemoteService(name: "la\u{1b}mp", address: "10.0.0.1.23.112"),
                RemoteService(name: "odd", address: "\u{202e}no"),
            ]
        )

        #expect(CallWords.text(of: .hits(hits)) == "3 services of more")
        #expect(
            CallWords.lines(of: .hits(hits), from: server) == [
                "  signalbox at 0.0.0.0.21.179, which is 192.0.2.9 5555",
                "  lamp at 10.0.0.1.23.112, which is 10.0.0.1 6000", "  odd at no",
            ]
        )
    }

    @Test("each mailbox is told with its destinations, a line each")
    func mailboxes() throws {
        let server = try #require(SocketAddress(numeric: "127.0.0.1", port: 5555))
        let counts = RemoteCounts(
            produced: 2,
            consumed: 1,
            depth: 1,
            capacity: 3,
            waitingPut: 0,
            waitingTake: 0
        )
        let destinations = [
            Destination(.process, "4711 signalbox"), Destination(.port, "5555"),
            Destination(.socket, "udp 127.0.0.1 5555"), Destination(.group, "239.255.66.66 40669"),
        ]
        let list = RemoteMailboxes(
            total: 1,
            [RemoteMailbox(name: "default", counts: counts, destinations: destinations)]
        )

        #expect(
            CallWords.lines(of: .mailboxes(list), from: server) == [
                "mailbox default: 1 of 3 slots taken, 2 produced, 1 consumed, 0 wait to put, "
                    + "0 wait to take",
                "  process 4711 signalbox", "  port    5555", "  socket  udp 127.0.0.1 5555",
                "  group   239.255.66.66 40669",
            ]
        )
    }

    @Test("a request is shown word by word")
    func requestWords() throws {
        let job = RemoteJob(device: "Hi", seconds: 2001, body: Array("There".utf8))
        let message = RemoteRequest.submit(RemoteSubmit(job)).message(xid: 0x6b01_eabc)

        #expect(
            MarshalledWords.request(message) == [
                "0000  6b01eabc  request id (xid) 6b01eabc",
                "0004  00000000  message type 0: call",
                "0008  00000002  version of the RPC protocol 2",
                "0012  20004017  program 536887319",
                "0016  00000001  version of the program 1",
                "0020  00000001  procedure 1: SUBMIT",
                "0024  00000000  credential, kind 0: none",
                "0028  00000000  credential length 0",
                "0032  00000000  verifier, kind 0: none",
                "0036  00000000  verifier length 0",
                "0040  00000002  name length 2",
                "0044  48690000  name \"Hi--\"",
                "0048  000007d1  seconds 2001",
                "0052  00000005  body length 5",
                "0056  54686572  body \"Ther\"",
                "0060  65000000  body \"e---\"",
                "0064  00000000  milliseconds to wait 0",
            ]
        )
    }

    @Test("a reply of strangers is shown whatever it is, and never raw")
    func replyWords() {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        for _ in 0..<500 {
            var reply: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1] + Array(repeating: 0, count: 16)
            for _ in 0..<Int.random(in: 0...60, using: &numbers) {
                reply.append(UInt8.random(in: 0...255, using: &numbers))
            }
            for procedure in RemoteProcedure.allCases {
                let lines = MarshalledWords.reply(reply, to: procedure)
                #expect(lines.count == (reply.count + 3) / 4, "seed \(seed)")
                #expect(lines.allSatisfy { Sanitizer.sanitize($0) == $0 }, "seed \(seed)")
            }
        }
    }

    @Test("a denied reply is named to its last word")
    func deniedWords() {
        func meanings(_ words: [UInt8]) -> [String] {
            let reply: [UInt8] = ([9, 1] + words).flatMap { [UInt8](arrayLiteral: 0, 0, 0, $0) }
            return MarshalledWords.reply(reply, to: .status).map { String($0.dropFirst(16)) }
        }

        #expect(
            meanings([1, 1, 5]).suffix(3) == [
                "reply status 1: denied", "reject status 1: AUTH_ERROR",
                "auth status 5: Client credential too weak",
            ]
        )
        #expect(
            meanings([1, 0, 2, 2]).suffix(3) == [
                "reject status 0: RPC_MISMATCH", "lowest version 2", "highest version 2",
            ]
        )
        #expect(meanings([1, 9, 2]).suffix(2) == ["reject status 9: unknown", "left over"])
        #expect(
            meanings([0, 0, 0, 2, 1, 3]).suffix(2) == ["lowest version 1", "highest version 3"]
        )
    }

    @Test("a call to a mailbox that is not there hears which there are")
    func missingMailbox() {
        let counts = RemoteCounts(
            produced: 0,
            consumed: 0,
            depth: 0,
            capacity: 3,
            waitingPut: 0,
            waitingTake: 0
        )
        let list = RemoteMailboxes(
            total: 2,
            ["default", "left"].map { RemoteMailbox(name: $0, counts: counts, destinations: []) }
        )
        let get = RemoteRequest.get(RemoteGet("right", waitMilliseconds: 0))

        #expect(CallWords.refusedMailbox(get, .taking(.nothing(.bad))) == "right")
        #expect(CallWords.refusedMailbox(get, .taking(.nothing(.empty))) == nil)
        #expect(CallWords.refusedMailbox(.status, .taking(.nothing(.bad))) == nil)
        #expect(
            CallWords.sentence(onMissing: "right", in: list)
                == "there is no mailbox right; there are default, left"
        )
        #expect(CallWords.sentence(onMissing: "left", in: list) == nil)
    }

    @Test("native form shows the architecture, and what a receiver of another kind converts")
    func native() {
        let request = RemoteRequest.take(waitMilliseconds: 2001)

        let lines = NativeWords.lines(
            of: request,
            from: NativeForm.Architecture(.little, wordSize: 8)
        )

        #expect(
            lines == [
                "the same arguments in native form, after the identifier of the architecture:",
                "0000  01 08  little endian, words of 8 bytes",
                "0002  d1 07 00 00 00 00 00 00  milliseconds to wait 2001",
                "a receiver with little endian, words of 8 bytes converts 0 words",
                "a receiver with big endian, words of 4 bytes converts 1 words:",
                "      d1 07 00 00 00 00 00 00 -> 00 00 07 d1  milliseconds to wait",
            ]
        )
    }

    @Test("results are told in words, and what strangers wrote is made harmless")
    func results() {
        let job = RemoteJob(device: "a\u{1b}[2J", seconds: 3, body: Array("x\u{202e}y".utf8))

        #expect(
            CallWords.text(of: .taking(.taken(id: 7, job)))
                == "OK, job number 7: device a[2J, 3 s, body of 5 bytes \"xy\""
        )
        let small = RemoteJob(device: "a", seconds: 3, body: [65])
        #expect(CallWords.text(of: .taking(.taken(id: 7, small))).hasSuffix("body of 1 byte \"A\""))
        #expect(
            CallWords.text(of: .receipt(RemoteReceipt(.full, depth: 3, capacity: 3)))
                == "FULL: there is no free slot, 3 of 3 slots taken"
        )
        #expect(!CallWords.isOK(.taking(.nothing(.empty))))
        #expect(CallWords.isOK(.null))
    }
}
