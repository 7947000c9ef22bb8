import Core
import Testing

extension HeadlessTests {
    /// Clients as students write them, over TCP.
    @Suite("Students' clients over TCP")
    struct StudentClientTests {
        private func shell(_ script: String, _ server: HeadlessServer) throws -> Child {
            let nc = "'\(try Tool.nc.required())' -N -w 30 127.0.0.1 \(server.port)"
            return try Child("/bin/sh", ["-c", script.replacing("NC", with: nc)])
        }

        @Test(
            "netcat sends text with and without newlines, ends with END, asks for a report",
            .needs(.nc)
        )
        func netcat() async throws {
            let server = try await HeadlessServer("--rate max")

            let plain = try shell("printf 1:5 | NC", server)
            let lines = try shell(#"printf '2:1\n2:2\n' | NC"#, server)
            let ended = try shell(#"printf '3:4\nEND\n3:100\n' | NC"#, server)
            let report = try shell(#"printf 'init,4\ncat,9\ndone' | NC"#, server)
            let (plainEnd, linesEnd, endedEnd, reportEnd) = try await (
                plain.waitForEnd(), lines.waitForEnd(), ended.waitForEnd(), report.waitForEnd()
            )
            let summary = try await server.terminateWhenDone()

            #expect([plainEnd, linesEnd, endedEnd, reportEnd].allSatisfy { $0 == .exited(0) })
            #expect(plain.text == "Job received")
            #expect(lines.text == "Job receivedJob received")
            #expect(ended.text == "Job received")
            #expect(
                report.text
                    == "Consumer 1 processed:\ninit,4\ncat,9\n"
                    + "Consumer 1 spent 13 seconds of CPU time\n---\n"
            )
            #expect(
                summary.devices == [
                    "Device 1 consumed 5 seconds of CPU time",
                    "Device 2 consumed 3 seconds of CPU time",
                    "Device 3 consumed 4 seconds of CPU time",
                    "Device cat consumed 9 seconds of CPU time",
                    "Device init consumed 4 seconds of CPU time",
                ]
            )
            #expect(summary.line("Nothing lost").hasSuffix("6 produced = 6 consumed + 0 held"))
        }

        /// A connection per attempt, one read of at most 1024 bytes, five attempts.
        private static let dialectA = """
            import json, socket, sys, time
            def ask(request):
                link = socket.socket()
                link.connect(("127.0.0.1", int(sys.argv[1])))
                link.send(json.dumps(request).encode())
                reply = json.loads(link.recv(1024).decode())
                link.close()
                return reply
            def insist(request):
                while True:
                    reply = ask(request)
                    if reply["status"] == "success": return reply
                    time.sleep(0.01)
            if sys.argv[2] == "produce":
                for number in range(1, 41):
                    item = f"P{sys.argv[3]}-Item-{number}"
                    reply = insist({"type": "producer", "id": sys.argv[3], "item": item})
                    assert reply["message"] == f'Item "{item}" added to buffer', reply
            else:
                for number in range(40):
                    print(insist({"type": "consumer", "id": int(sys.argv[3])})["item"])
            """

        @Test(
            "two producers and two consumers in Python find each item once, in order",
            .needs(.python3)
        )
        func dialectA() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 3")
            let clients = try [("produce", 1), ("produce", 2), ("consume", 1), ("consume", 2)].map {
                try Child(
                    Tool.python3.required(),
                    ["-c", Self.dialectA, "\(server.port)", $0.0, "\($0.1)"]
                )
            }

            for client in clients {
                let end = try await client.waitForEnd()
                #expect(end == .exited(0), "\(client.story())")
            }
            let summary = try await server.terminate()

            let taken = clients[2...].map { $0.text.split(separator: "\n").map(String.init) }
            let items = (1...2).map { id in (1...40).map { "P\(id)-Item-\($0)" } }
            #expect(taken.joined().sorted() == items.joined().sorted())
            for (list, id) in taken.flatMap({ list in (1...2).map { (list, $0) } }) {
                let own = list.filter { $0.hasPrefix("P\(id)-") }
                #expect(own == items[id - 1].filter(own.contains), "in the producer's order")
            }
            #expect(summary.line("Nothing lost").hasSuffix("80 produced = 80 consumed + 0 held"))
        }

        /// Documents of dialect B: what comes back must be what was sent.
        private static let dialectB = """
            import json, socket, sys, time
            def ask(**request):
                with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as link:
                    link.sendall(json.dumps(request).encode())
                    return json.loads(link.recv(8192))
            assert ask(command="STATUS") == {"status": "SUCCESS", "buffer_size": 0, "buffer_max": 2}
            documents = [f'<?xml version="1.0"?>\\n<ITstudent><Name>Zoë {n}</Name></ITstudent>'
                         for n in range(3)]
            for n in range(2):
                reply = ask(command="PRODUCE", file_number=n + 1, xml_data=documents[n])
                assert reply == {"status": "SUCCESS", "message": f"Added student{n + 1}.xml",
                                 "buffer_size": n + 1}, reply
            reply = ask(command="PRODUCE", file_number=3, xml_data=documents[2])
            assert reply == {"status": "FULL", "message": "Buffer is full", "buffer_size": 2}, reply
            for n in range(2):
                reply = ask(command="CONSUME")
                assert reply == {"status": "SUCCESS", "file_number": n + 1,
                                 "xml_data": documents[n], "buffer_size": 1 - n}, reply
            reply = ask(command="CONSUME")
            assert reply == {"status": "EMPTY", "message": "Buffer is empty", "buffer_size": 0}, reply
            reply = ask(command="DANCE")
            assert reply["status"] == "ERROR", reply
            """

        @Test("documents come back to Python as they were sent", .needs(.python3))
        func dialectB() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0 --capacity 2")

            let client = try Child(
                Tool.python3.required(),
                ["-c", Self.dialectB, "\(server.port)"]
            )
            let end = try await client.waitForEnd()
            let summary = try await server.terminate()

            #expect(end == .exited(0), "\(client.story())")
            #expect(summary.line("Nothing lost").hasSuffix("2 produced = 2 consumed + 0 held"))
        }

        /// It never reads, so that its close with acknowledgements unread is a reset, which may take
        /// away what the server has not read yet: only then does it close.
        private static let neverReads = """
            import http.client, json, socket, sys
            port = int(sys.argv[1])
            link = socket.create_connection(("127.0.0.1", port))
            for number in range(20):
                link.send(b"kworker/0:0H-events_highpri:2\\n")
            produced = 0
            while produced < 20:
                pages = http.client.HTTPConnection("127.0.0.1", port)
                pages.request("GET", "/status")
                produced = json.load(pages.getresponse())["produced"]
                pages.close()
            link.close()
            """

        @Test("the jobs of a client that never reads are all executed", .needs(.python3))
        func neverReads() async throws {
            let server = try await HeadlessServer("--rate max")

            let client = try Child(
                Tool.python3.required(),
                ["-c", Self.neverReads, "\(server.port)"]
            )
            let end = try await client.waitForEnd()
            let summary = try await server.terminateWhenDone()

            #expect(end == .exited(0), "\(client.story())")
            #expect(
                summary.devices == [
                    "Device kworker/0:0H-events_highpri consumed 40 seconds of CPU time"
                ]
            )
        }
    }
}
