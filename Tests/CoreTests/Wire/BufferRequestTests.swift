import Testing

@testable import Core

private func request(_ text: String) throws(BufferRequestError) -> BufferRequest {
    try BufferCall(Array(text.utf8)).request
}

private func json(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("Requests to the buffer server", .timeLimit(.minutes(5)))
struct BufferRequestTests {
    @Test(
        "a producer's id is a string or a number, and its item any value",
        arguments: [
            (#""1""#, "1", #""P1-Item-1""#), ("1", "1", "null"), ("1.0", "1.0", #"{"a": [1]}"#),
            (#""\u0000x\u001b[2J""#, "x[2J", "1e400"), (#""ü""#, "ü", #""\u0000""#),
        ]
    )
    func readsItems(id: String, device: String, item: String) throws {
        let text = "{\"type\":\"producer\",\"id\":\(id),\"item\":\(item)}"

        #expect(try request(text) == .putItem(device: device, item: json(item)))
    }

    @Test("a consumer may have an id")
    func readsConsumers() throws {
        #expect(try request(#"{"type":"consumer","id":7}"#) == .takeItem(client: "7"))
        #expect(try request(#"{"type":"consumer"}"#) == .takeItem(client: nil))
    }

    @Test(
        "a file number is a label and stays as it was written",
        arguments: ["1", "-1", "1.5", "9223372036854775808", #""../../etc/x""#, #""a\u0000""#]
    )
    func readsDocuments(label: String) throws {
        let text =
            "{\"command\":\"PRODUCE\",\"file_number\":\(label),\"xml_data\":\"<a>\\n\\u0000</a>\"}"

        #expect(
            try request(text)
                == .putDocument(label: json(label), document: json("<a>\n\0</a>"))
        )
    }

    @Test("the other commands need nothing else")
    func readsCommands() throws {
        #expect(try request(#"{"command":"CONSUME"}"#) == .takeDocument)
        #expect(try request(#"{"command":"STATUS"}"#) == .status)
    }

    @Test(
        "what is no request gets one error in the dialect that can be told",
        arguments: [
            (
                "[1]",
                #"{"status":"error","message":"the message is not a JSON object, which begins with '{'"}"#
            ),
            ("{}", #"{"status":"error","message":"Invalid client type"}"#),
            (#"{"type":"thief"}"#, #"{"status":"error","message":"Invalid client type"}"#),
            (#"{"type":1}"#, #"{"status":"error","message":"Invalid client type"}"#),
            (
                #"{"type":"consumer","command":"STATUS"}"#,
                #"{"status":"error","message":"the fields type and command are both there, only one may be"}"#
            ),
            (
                #"{"type":"consumer","type":"producer"}"#,
                #"{"status":"error","message":"the field type is there twice"}"#
            ),
            (
                #"{"type":"producer","item":1}"#,
                #"{"status":"error","message":"the field id is missing"}"#
            ),
            (
                #"{"type":"producer","id":1}"#,
                #"{"status":"error","message":"the field item is missing"}"#
            ),
            (
                #"{"type":"producer","id":[],"item":1}"#,
                #"{"status":"error","message":"the field id must be a string or a number"}"#
            ),
            (
                #"{"type":"producer","id":"\u0000","item":1}"#,
                #"{"status":"error","message":"the field id has 0 bytes, allowed are 1 to 64"}"#
            ),
            (
                #"{"command":"DROP"}"#,
                #"{"status":"ERROR","message":"Invalid command, known are PRODUCE, CONSUME and STATUS"}"#
            ),
            (
                #"{"command":"PRODUCE","file_number":null,"xml_data":""}"#,
                #"{"status":"ERROR","message":"the field file_number must be a string or a number"}"#
            ),
            (
                #"{"command":"PRODUCE","file_number":1,"xml_data":2}"#,
                #"{"status":"ERROR","message":"the field xml_data must be a string"}"#
            ),
            (
                #"{"command":"PRODUCE","file_number":1}"#,
                #"{"status":"ERROR","message":"the field xml_data is missing"}"#
            ),
        ]
    )
    func refuses(text: String, reply: String) throws {
        let error = #expect(throws: BufferRequestError.self) { try request(text) }

        #expect(error.map { String(decoding: BufferReply.error($0), as: UTF8.self) } == reply)
    }

    @Test("an id and a label over 64 bytes are refused")
    func refusesLongLabels() {
        let long = String(repeating: "7", count: 65)

        #expect(throws: BufferRequestError.badLength("id", bytes: 65, allowed: 1...64, .items)) {
            try request("{\"type\":\"producer\",\"id\":\(long),\"item\":1}")
        }
        #expect(
            throws: BufferRequestError.badLength(
                "file_number",
                bytes: 65,
                allowed: 1...64,
                .documents
            )
        ) {
            try request("{\"command\":\"PRODUCE\",\"file_number\":\(long),\"xml_data\":\"\"}")
        }
    }
}

@Suite("Replies of the buffer server", .timeLimit(.minutes(5)))
struct BufferReplyTests {
    @Test("a message shows the item without what does not belong on a screen")
    func sanitises() {
        let reply = BufferReply.itemTaken(json(#""\u001b]0;pwn\u0007\"q\"""#), size: 2)

        #expect(
            String(decoding: reply, as: UTF8.self)
                == #"{"status":"success","item":"\u001b]0;pwn\u0007\"q\"","#
                + #""message":"Item \"]0;pwn\"q\"\" consumed","buffer_size":2}"#
        )
    }

    @Test("a large item is not told twice, and a small one is")
    func cuts() {
        let small = BufferReply.itemTaken(
            json("\"" + String(repeating: "x", count: 400) + "\""),
            size: 0
        )
        let large = BufferReply.itemTaken(
            json("\"" + String(repeating: "x", count: 600) + "\""),
            size: 0
        )
        let marks = BufferReply.itemPut(
            json("\"" + String(repeating: "\u{1100}", count: 20_000) + "\""),
            size: 0
        )

        #expect(small.count <= 1024 && small.count > 800)
        #expect(large.count < 800)
        #expect(String(decoding: large, as: UTF8.self).contains("xxx…\\\" consumed"))
        #expect(marks.count < 400)
    }
}

@Suite("Jobs seen by clients of another dialect", .timeLimit(.minutes(5)))
struct TakenJobViewsTests {
    private func job(_ payload: Payload?) -> TakenJob {
        TakenJob(id: 9, device: DeviceID(1), cpuTime: .seconds(5), payload: payload, depth: 0)
    }

    @Test(
        "items and jobs are one thing",
        arguments: [
            (nil, #""3:5""#, "9", "3:5"),
            (Payload(.body, []), #""3:5""#, "9", "3:5"),
            (Payload(.body, [0x41, 0xff, 0x0a]), #""A\#u{fffd}\n""#, "9", "A\u{fffd}\n"),
            (Payload(.item, json(#""a\n""#)), #""a\n""#, "9", "a\n"),
            (Payload(.item, json("{\"a\": 1}")), "{\"a\": 1}", "9", "{\"a\": 1}"),
            (
                Payload(.document(label: json("\"x\"")), json("<a b=\"c\"/>")),
                #""<a b=\"c\"/>""#, "\"x\"", "<a b=\"c\"/>"
            ),
        ]
    )
    func views(payload: Payload?, item: String, label: String, document: String) {
        let job = job(payload)

        #expect(job.asItem(deviceName: "3") == json(item))
        #expect(job.asDocument(deviceName: "3").label == json(label))
        #expect(job.asDocument(deviceName: "3").document == json(document))
    }
}
