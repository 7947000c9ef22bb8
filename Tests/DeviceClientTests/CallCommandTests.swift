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
        #expect(
            CallWords.text(of: .receipt(RemoteReceipt(.full, depth: 3, capacity: 3)))
                == "FULL: there is no free slot, 3 of 3 slots taken"
        )
        #expect(!CallWords.isOK(.taking(.nothing(.empty))))
        #expect(CallWords.isOK(.null))
    }
}
