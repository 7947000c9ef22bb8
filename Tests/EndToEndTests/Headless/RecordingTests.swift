import Foundation
import Glibc
import Testing

extension HeadlessTests {
    @Suite("Recordings")
    struct RecordingTests {
        /// A file that is gone with the test.
        private final class TemporaryFile {
            let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString).jsonl"

            deinit { unlink(path) }

            var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        }

        /// A run of six jobs, recorded; each job is on its way when the one before has its reply.
        private func record(_ options: String, jobs: Int = 6) async throws -> TemporaryFile {
            let file = TemporaryFile()
            let server = try await HeadlessServer("--capacity 2 --record \(file.path) \(options)")
            let sender = try Sender(to: server.port)
            for number in 1...jobs { try sender.send("\(number):0.05") }
            if options.contains("swapped") {
                try await server.child.waitForOutput("P1 waits for empty, which is 0")
                try await server.child.waitForOutput("C1 waits for mutex, held by P1")
            } else {
                try await server.child.waitForOutput("finished job \(jobs)")
            }
            let summary = try await server.terminate()
            #expect(
                summary.text.contains("\nStuck in the end: Deadlock. P1 holds")
                    == options.contains("swapped")
            )
            return file
        }

        private func run(_ arguments: String...) async throws -> (Child.End, Child) {
            let child = try Child(BuiltProgram.signalbox.path, arguments)
            return (try await child.waitForEnd(), child)
        }

        @Test("explain says what went wrong with the exit code 3")
        func explainsFault() async throws {
            let file = try await record("--program swapped-waits")

            let (end, child) = try await run("explain", file.path)

            #expect(end == .exited(3))
            #expect(child.text.contains("\nDeadlock ("))
            #expect(child.text.contains("P1 holds mutex (line 2) and waits for empty at line 3."))
            // Whoever comes first, the deadlock is certain, and P1 waits already or will.
            #expect(child.text.contains("P1 ─ holds mutex ─ w"))
            #expect(child.text.contains(" for empty ─▶ C1"))
            #expect(child.text.contains("In the end:\n  P1 holds mutex"))
        }

        @Test("explain finds nothing wrong with the correct program, exit code 0")
        func explainsCorrect() async throws {
            let file = try await record("")

            let (end, child) = try await run("explain", file.path)

            #expect(end == .exited(0))
            #expect(child.text.contains("6 jobs produced, 6 executed\nnothing went wrong\n"))
        }

        @Test("a torn last line is left out, and that is said")
        func torn() async throws {
            let file = try await record("")
            let whole = file.text
            try String(whole.dropLast(30)).write(
                toFile: file.path,
                atomically: true,
                encoding: .utf8
            )

            let (end, child) = try await run("explain", file.path)

            #expect(end == .exited(0))
            #expect(child.errorText.contains("its last line is torn and was left out"))
            #expect(child.text.contains("\nnothing went wrong in the part that is left\n"))
        }

        @Test(
            "what is no recording is refused in a sentence, exit code 2",
            arguments: [
                "", "{}\n", "hello\n", "{\"format\":\"signalbox recording\",\"version\":99}\n",
            ]
        )
        func noRecording(text: String) async throws {
            let file = TemporaryFile()
            try text.write(toFile: file.path, atomically: true, encoding: .utf8)

            for command in ["explain", "export", "replay"] {
                let flags = command == "export" ? ["--csv"] : []
                let child = try Child(BuiltProgram.signalbox.path, [command, file.path] + flags)
                let end = try await child.waitForEnd()
                #expect(end == .exited(2), "\(command)")
                #expect(child.errorText.hasPrefix("Error: \(file.path): ") && child.text.isEmpty)
                #expect(
                    !child.errorText.contains("Usage"),
                    "the command was right, the file is not"
                )
            }
        }

        @Test("the table has a row an event, the film a frame where something changed, with marks")
        func exports() async throws {
            let file = try await record("--program swapped-waits")
            let events = file.text.split(separator: "\n").count { $0.contains("\"event\"") }

            let (tableEnd, table) = try await run("export", file.path, "--csv")
            let (filmEnd, film) = try await run("export", file.path, "--asciicast")
            let lines = film.text.split(separator: "\n")
            let header = try JSONSerialization.jsonObject(with: Data(lines[0].utf8))
            let entries = try lines.dropFirst().map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            }
            let times = try entries.map { try #require($0[0] as? Double) }

            #expect(tableEnd == .exited(0) && filmEnd == .exited(0))
            #expect(table.text.split(separator: "\r\n").count == events + 1)
            #expect((header as? [String: Any])?["version"] as? Int == 2)
            #expect(times == times.sorted() && times.count > 1)
            #expect(entries.contains { $0[1] as? String == "m" && $0[2] as? String == "Deadlock" })
        }

        @Test(
            "a pipe whose reader takes nothing does not hold the end, and that is said",
            arguments: ["--record", "--log"]
        )
        func stalledPipe(option: String) async throws {
            let file = TemporaryFile()
            #expect(mkfifo(file.path, 0o600) == 0)
            let reader = open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            defer { close(reader) }
            // F_SETPIPE_SZ, which is not visible here: one page.
            _ = fcntl(reader, 1031, 4096)
            let server = try await HeadlessServer("--rate max --reply done \(option) \(file.path)")

            let sender = try Sender(to: server.port)
            for number in 1...50 { _ = try await sender.deliver("\(number):1") }
            let summary = try await server.terminate()

            #expect(summary.end == .exited(0))
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 50 done, 0 not run"))
            if option == "--record" {
                let line = summary.line("The recording is incomplete")
                #expect(line.hasSuffix("its reader takes nothing any more"), "\(summary.text)")
            } else {
                let words = "\(file.path): cannot be written any more; going on without it"
                #expect(server.child.errorText.contains(words))
            }
        }

        @Test("a pipe that nobody reads is refused too", arguments: ["--record", "--log"])
        func pipe(option: String) async throws {
            let file = TemporaryFile()
            #expect(mkfifo(file.path, 0o600) == 0)

            let child = try Child(
                BuiltProgram.signalbox.path,
                ["127.0.0.1", "0", option, file.path]
            )

            #expect(try await child.waitForEnd() == .exited(2))
            #expect(child.errorText.hasPrefix("Error: \(option) \(file.path): "))
            #expect(!child.errorText.contains("Usage"))
        }

        @Test("a file that cannot be written is refused before anything runs")
        func refused() async throws {
            let child = try Child(
                BuiltProgram.signalbox.path,
                ["127.0.0.1", "0", "--record", "/nowhere/at/all"]
            )

            #expect(try await child.waitForEnd() == .exited(2))
            #expect(child.errorText.contains("--record /nowhere/at/all"))
        }
    }
}
