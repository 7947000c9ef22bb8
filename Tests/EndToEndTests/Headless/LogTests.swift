import Foundation
import Glibc
import Testing

extension HeadlessTests {
    @Suite("The log on standard output")
    struct LogTests {
        @Test("every JSON line parses and names its thread as the text does")
        func json() async throws {
            let server = try await HeadlessServer(
                "--log-format json --exit-after 2 --rate max --producers 2 --consumers 2"
            )
            let sender = try Sender(to: server.port)

            _ = try await sender.deliver("quo\"te\\:1")
            _ = try await sender.deliver("größe:1")
            let summary = try await server.summary()

            let lines = summary.lines.dropFirst().prefix { $0.hasPrefix("{") }
            let events = try lines.map { line in
                try #require(
                    JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                )
            }
            #expect(events.count > 20)
            #expect(events.compactMap { $0["number"] as? Int } == Array(1...events.count))
            for event in events {
                let text = try #require(event["text"] as? String)
                if let thread = event["thread"] as? String {
                    #expect(text.hasPrefix("\(thread) "), "\(event)")
                } else {
                    #expect(text.hasPrefix("stopping"), "nobody but the end has no thread")
                }
                #expect(event["seconds"] is Double)
            }
            let texts = events.compactMap { $0["text"] as? String }
            #expect(texts.contains { $0.contains("device quo\"te\\, 1 s") })
            #expect(texts.contains { $0.contains("device größe, 1 s") })
        }

        @Test("a log file gets the same lines")
        func file() async throws {
            let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString).log"
            defer { unlink(path) }
            let server = try await HeadlessServer("--exit-after 1 --rate max --log \(path)")

            _ = try await Sender(to: server.port).deliver("3:5")
            let summary = try await server.summary()

            let file = try String(contentsOfFile: path, encoding: .utf8)
            #expect(file.contains("finished job 1 (device 3, 5 s)"))
            #expect(summary.text.contains("udp tcp\n\(file)Device 3 consumed"))
        }

        @Test("a log file on a full disk is left behind with a sentence, and the run goes on")
        func fullDisk() async throws {
            let server = try await HeadlessServer("--exit-after 1 --rate max --log /dev/full")

            let reply = try await Sender(to: server.port).deliver("3:5")
            let summary = try await server.summary()

            #expect(reply == "3:5")
            #expect(summary.end == .exited(0))
            #expect(summary.devices == ["Device 3 consumed 5 seconds of CPU time"])
            #expect(
                server.child.errorText
                    == "--log /dev/full: cannot be written any more; going on without it\n"
            )
        }

        @Test("without a log there are only the first line and the summary")
        func noLog() async throws {
            let server = try await HeadlessServer("--exit-after 1 --rate max --log-format none")

            _ = try await Sender(to: server.port).deliver("3:5")
            let summary = try await server.summary()

            #expect(summary.lines.count > 2)
            #expect(summary.lines.dropFirst().first == "Device 3 consumed 5 seconds of CPU time")
        }

        @Test("a reader that goes away ends the run, also when there is nothing to write")
        func readerGone() async throws {
            let server = try await HeadlessServer("--producers 0 --consumers 0")

            server.child.closeOutput()
            let end = try await server.child.waitForEnd()

            #expect(end == .exited(0))
        }

        @Test("| head -1 gets the first line and does not hang")
        func head() async throws {
            let command = "'\(BuiltProgram.signalbox.path)' serve 127.0.0.1 0 --headless | head -1"
            let shell = try Child("/bin/sh", ["-c", command])

            let end = try await shell.waitForEnd()

            #expect(end == .exited(0))
            #expect(shell.text.contains(#/^listening on 127.0.0.1 [0-9]+ udp tcp\n$/#))
        }

        @Test("a standard output that is full does not lose the exit code's meaning")
        func outputClosedFromTheStart() async throws {
            let command = "'\(BuiltProgram.signalbox.path)' serve 127.0.0.1 0 --headless >&-"
            let shell = try Child("/bin/sh", ["-c", command])

            let end = try await shell.waitForEnd()

            #expect(end == .exited(0))
        }
    }

    @Suite("Signals")
    struct SignalTests {
        @Test(
            "a signal ends the run within a second, and counts what was not run",
            arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT]
        )
        func terminated(signal: Int32) async throws {
            let server = try await HeadlessServer("")
            let sender = try Sender(to: server.port)
            for job in ["1:600", "2:600", "3:600", "4:0.5"] { _ = try await sender.deliver(job) }
            try await server.child.waitForOutput("executes job 1")

            let time = try await server.child.timeToEnd(after: signal)
            let summary = try await server.summary()

            #expect(summary.end == .exited(0))
            #expect(time < .seconds(2), "promised is one second; a loaded machine gets one more")
            #expect(summary.devices == [])
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 0 done, 4 not run;"))
            #expect(summary.line("Nothing lost").contains("4 produced = 0 consumed + 4 held"))
        }

        @Test("jobs beyond --exit-after count as not run")
        func beyondTheEnd() async throws {
            let server = try await HeadlessServer("--exit-after 1 --paused --capacity 4")
            let sender = try Sender(to: server.port)
            for _ in 0..<3 { try sender.send("3:5") }

            let summary = try await server.terminate()

            let jobs = try #require(
                summary.line("Jobs:").firstMatch(of: #/Jobs: ([0-9]+) done, ([0-9]+) not run/#)
            )
            let received = try #require(
                summary.line("Datagrams:").firstMatch(of: #/: ([0-9]+) received/#)
            )
            let unread = try #require(
                summary.line("Not received:").firstMatch(of: #/([0-9]+) unread/#)
            )
            #expect(jobs.1 == "0")
            #expect(Int(jobs.2) == Int(received.1))
            #expect((Int(received.1) ?? 0) + (Int(unread.1) ?? 0) == 3)
        }

        @Test("a run ended by Ctrl-Z goes on with fg")
        func stopped() async throws {
            let server = try await HeadlessServer("--exit-after 1 --rate max")

            server.child.send(SIGTSTP)
            try await Waiting.until("the stop") {
                Processes.state(of: server.child.pid) == "T" ? () : nil
            }
            try Sender(to: server.port).send("3:5")
            server.child.send(SIGCONT)
            let summary = try await server.summary()

            #expect(summary.end == .exited(0))
            #expect(summary.devices == ["Device 3 consumed 5 seconds of CPU time"])
        }
    }
}
