import Testing

@testable import Core

/// The messages of a stream, each as one word or two.
private func messages(_ stream: inout TextStream) throws(TextStream.TooLong) -> [String] {
    var messages: [String] = []
    while let message = try stream.next() {
        switch message {
        case .job(let name, let time, let wantsReply):
            let name = String(decoding: name, as: UTF8.self)
            messages.append("\(name) \(time)\(wantsReply ? "" : " quiet")")
        case .end: messages.append("END")
        case .done: messages.append("done")
        case .refused: messages.append("refused")
        }
    }
    return messages
}

@Suite("Text over TCP", .timeLimit(.minutes(5)))
struct TextStreamTests {
    @Test(
        "a message ends at a newline and with the stream, wherever it is cut",
        arguments: [
            ("3:5\n4,6\r\nEND\n", ["3 5", "4 6 quiet", "END"]),
            ("3:5", ["3 5"]),
            ("a:1b:2", ["a:1b 2"]),
            ("a,b:2\na:b,2\n", ["a,b 2", "a:b 2 quiet"]),
            ("\n \r\n\t\n3:5\n", ["3 5"]),
            ("init,4\ncat,9\ndone", ["init 4 quiet", "cat 9 quiet", "done"]),
            ("END\nb:2\n", ["END", "b 2"]),
            ("3:5END\nhello\n1:-5\n", ["refused", "refused", "refused"]),
            ("end\nDone\n", ["refused", "refused"]),
        ]
    )
    func cuts(text: String, expected: [String]) throws {
        let bytes = Array(text.utf8)
        for piece in 1...bytes.count {
            var stream = TextStream()
            var read: [String] = []
            for start in stride(from: 0, to: bytes.count, by: piece) {
                stream.append(Array(bytes[start..<min(start + piece, bytes.count)]).span)
                read += try messages(&stream)
            }
            stream.endMessage()
            read += try messages(&stream)

            #expect(read == expected, "pieces of \(piece)")
            #expect(stream.pendingBytes == 0)
        }
    }

    @Test("silence ends a message also while earlier ones have not been asked for")
    func silence() throws {
        var stream = TextStream()

        stream.append(Array("x:1\n3:5".utf8).span)
        stream.endMessage()
        stream.append(Array("4:6".utf8).span)

        #expect(try messages(&stream) == ["x 1", "3 5"])
        #expect(stream.pendingBytes == 3)
        stream.endMessage()
        #expect(try messages(&stream) == ["4 6"])
    }

    @Test("a message of more than 64 KiB ends it, with a newline and without")
    func tooLong() {
        for end in ["", "\n"] {
            var stream = TextStream()
            stream.append(Array((String(repeating: "x", count: 65_537) + end).utf8).span)
            #expect(throws: TextStream.TooLong()) { try stream.next() }
        }
    }

    @Test("a report names the jobs and their sum")
    func report() {
        var report = TextReport()
        report.add(Array("init".utf8), .seconds(4))
        report.add(Array("cat".utf8), .seconds(9))

        #expect(
            String(decoding: report.text, as: UTF8.self)
                == "Consumer 1 processed:\ninit,4\ncat,9\n"
                + "Consumer 1 spent 13 seconds of CPU time\n---\n"
        )
    }

    @Test("a report of many jobs is cut to what the client reads, with the sum of all")
    func longReport() {
        var report = TextReport()
        for _ in 0..<100_000 { report.add(Array("kworker".utf8), .seconds(86_400)) }
        let text = String(decoding: report.text, as: UTF8.self)

        #expect(text.utf8.count <= TextReport.longest)
        #expect(text.contains("… and ") && text.contains(" more\nConsumer 1 spent 8640000000 s"))
    }
}
