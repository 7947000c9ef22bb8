import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// The JSON server of two mailboxes, of which `left` has one slot.
private final class TwoMailboxes {
    let standard = FakeBuffer(capacity: 10)
    let left = FakeBuffer(capacity: 1)
    let tally = NetworkTally()
    let devices = DeviceTable(limit: 100)
    let mailboxes: Mailboxes

    init() {
        mailboxes = Mailboxes(standard, others: [Mailbox(name: "left", buffer: left)])
    }

    /// A connection at a port where a mailbox is meant.
    func connect(meaning name: String = "") throws -> EmbeddedChannel {
        let service = BufferRequestService(
            mailboxes: try #require(mailboxes.meaning(name)),
            devices: devices,
            tally: tally
        )
        let handler = JSONHandler(service: service, tally: tally, client: "peer")
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    func ask(_ text: String, meaning name: String = "") throws -> String {
        let channel = try connect(meaning: name)
        try channel.send(text)
        return try #require(try channel.reply())
    }
}

@Suite("Mailboxes", .timeLimit(.minutes(5)))
struct MailboxesTests {
    @Test("both JSON dialects name a mailbox by a key, and without it the port's is meant")
    func named() throws {
        let server = TwoMailboxes()
        let item = #"{"type":"producer","id":"1","item":"X","mailbox":"left"}"#
        let document = #"{"command":"PRODUCE","file_number":1,"xml_data":"<a/>","mailbox":"left"}"#

        let put = try server.ask(item)
        let full = try server.ask(document)
        let status = try server.ask(#"{"command":"STATUS","mailbox":"left"}"#)
        let standard = try server.ask(#"{"command":"STATUS"}"#)
        let atPort = try server.ask(#"{"command":"STATUS"}"#, meaning: "left")
        let back = try server.ask(#"{"command":"STATUS","mailbox":"default"}"#, meaning: "left")
        let taken = try server.ask(#"{"type":"consumer","mailbox":"left"}"#)
        let empty = try server.ask(#"{"command":"CONSUME","mailbox":"left"}"#)

        #expect(put.contains("\"success\"") && server.standard.putCount == 0)
        #expect(full == #"{"status":"FULL","message":"Buffer is full","buffer_size":1}"#)
        #expect(status == #"{"status":"SUCCESS","buffer_size":1,"buffer_max":1}"#)
        #expect(standard == #"{"status":"SUCCESS","buffer_size":0,"buffer_max":10}"#)
        #expect(atPort == status && back == standard)
        #expect(taken.contains(#""item":"X""#))
        #expect(empty == #"{"status":"EMPTY","message":"Buffer is empty","buffer_size":0}"#)
    }

    @Test("an unknown mailbox is an error that names it, in the request's dialect, and is counted")
    func unknown() throws {
        let server = TwoMailboxes()

        let items = try server.ask(#"{"type":"consumer","mailbox":"ri\u0007ght"}"#)
        let documents = try server.ask(#"{"command":"STATUS","mailbox":"Left"}"#)

        let sentence = "there is no mailbox right; there are default, left"
        #expect(items == #"{"status":"error","message":"\#(sentence)"}"#)
        #expect(documents.contains("ERROR") && documents.contains("no mailbox Left"))
        #expect(server.tally[.unknownMailbox] == 2 && server.tally[.notJSON] == 0)
        #expect(server.standard.takeCount + server.left.takeCount == 0)
    }

    @Test("with wait a sender waits for a slot and a receiver for an item")
    func waits() throws {
        let server = TwoMailboxes()
        let put = #"{"type":"producer","id":"1","item":7,"mailbox":"left","wait":5}"#
        _ = try server.ask(put)
        let sender = try server.connect()
        let receiver = try server.connect()

        try sender.send(put)
        let early = try sender.reply()
        _ = try server.ask(#"{"type":"consumer","mailbox":"left"}"#)
        let put2 = try sender.reply()
        _ = try server.ask(#"{"type":"consumer","mailbox":"left"}"#)
        try receiver.send(#"{"command":"CONSUME","mailbox":"left","wait":0.5}"#)
        let waiting = server.left.waitingTakes
        _ = try server.ask(put)

        #expect(early == nil && waiting == 1)
        #expect(put2?.contains("success") == true)
        #expect(try receiver.reply()?.contains(#""SUCCESS","file_number":3"#) == true)
    }

    @Test("the end of the wait is full or empty, and a client that goes leaves its mailbox")
    func timesOut() throws {
        let server = TwoMailboxes()
        let put = #"{"type":"producer","id":"1","item":7,"mailbox":"left","wait":5}"#
        let sender = try server.connect()
        let receiver = try server.connect()
        let leaver = try server.connect()
        try receiver.send(#"{"command":"CONSUME","mailbox":"left","wait":5}"#)
        server.left.endTakes(.timedOut)
        _ = try server.ask(put)
        try sender.send(put)
        server.left.endPuts(.timedOut)
        try leaver.send(put)

        try leaver.close().wait()

        #expect(try receiver.reply()?.contains("EMPTY") == true)
        #expect(
            try sender.reply()
                == #"{"status":"error","message":"Buffer is full. Try again later."}"#
        )
        #expect(server.left.withdrawn.count == 1 && server.standard.withdrawn.isEmpty)
    }

    @Test(
        "what is no mailbox and no time is refused with the field and the limit",
        arguments: [
            (#""mailbox":7"#, "mailbox must be a string"),
            (#""mailbox":"""#, "mailbox has 0 bytes, allowed are 1 to 32"),
            (#""mailbox":"\#(String(repeating: "é", count: 17))""#, "mailbox has 34 bytes"),
            (#""wait":-1"#, "wait must be a number of seconds from 0 to 20"),
            (#""wait":20.001"#, "wait must be"), (#""wait":1e400"#, "wait must be"),
            (#""wait":"5""#, "wait must be"), (#""wait":null"#, "wait must be"),
        ]
    )
    func refused(key: String, sentence: String) throws {
        let server = TwoMailboxes()

        let items = try server.ask(#"{"type":"consumer",\#(key)}"#)
        let documents = try server.ask(#"{"command":"STATUS",\#(key)}"#)

        #expect(items.contains("\"error\"") && items.contains(sentence), "\(items)")
        #expect(documents.contains("\"ERROR\"") && documents.contains(sentence), "\(documents)")
    }

    @Test("a wait of any fraction of twenty seconds is as long as it says")
    func patience() throws {
        for (text, patience) in [
            ("0", Patience.trying), ("0.0", .trying), ("20", .waiting(atMost: .seconds(20))),
            ("0.25", .waiting(atMost: .seconds(0.25))), ("2e-1", .waiting(atMost: .seconds(0.2))),
        ] {
            let request = #"{"type":"consumer","wait":\#(text)}"#

            #expect(try BufferCall(Array(request.utf8)).patience == patience, "\(text)")
        }
        #expect(try BufferCall(Array(#"{"type":"consumer"}"#.utf8)).mailbox.isEmpty)
    }

    @Test("a port's meaning is one of the mailboxes, and all have their names there")
    func meaning() throws {
        let server = TwoMailboxes()

        let port = try #require(server.mailboxes.meaning("left"))

        #expect(port.standard.name == "left" && port[""]?.name == "left")
        #expect(port["default"]?.buffer === server.standard)
        #expect(port.all.map(\.name) == ["default", "left"])
        #expect(server.mailboxes.meaning("right") == nil)
    }
}
