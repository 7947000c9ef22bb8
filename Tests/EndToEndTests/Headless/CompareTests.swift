import Foundation
import Testing

extension HeadlessTests {
    @Suite("Comparing policies")
    struct CompareTests {
        private func run(_ arguments: String...) async throws -> (Child.End, Child) {
            let child = try Child(BuiltProgram.signalbox.path, ["compare"] + arguments)
            return (try await child.waitForEnd(), child)
        }

        @Test("without a file it compares the textbook's example, and says so")
        func example() async throws {
            let (end, child) = try await run()

            #expect(end == .exited(0) && child.errorText.isEmpty)
            #expect(child.text.hasPrefix("3 jobs from OSTEP, figure 7.2 (no file was given)"))
            #expect(child.text.contains("fifo                   70.00       70.00      110.00"))
            #expect(child.text.contains("sjf                    10.00       10.00       50.00"))
            #expect(child.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }

        @Test("a list with priorities, options, and a line for every job")
        func list() async throws {
            let file = try ScratchFile(
                "arrival,device,seconds,priority\n0,P1,10,3\n0,P2,1,1\n0,P3,2,4\n0,P4,1,5\n0,P5,5,2\n"
            )

            let (end, child) = try await run(
                file.path,
                "--policies",
                "priority,rr:4,rr",
                "--quantum",
                "2.5",
                "--jobs"
            )

            #expect(end == .exited(0))
            #expect(child.text.contains(#/priority +8.20 +8.20 +12.00 +19.00/#))
            #expect(child.text.contains("rr:4") && child.text.contains("rr:2.5"))
            #expect(child.text.contains(#/3 P3 +0.00 +2.00 +16.00 +16.00 +18.00/#))
        }

        @Test("a recording's own jobs can be tried under other policies")
        func recording() async throws {
            let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString).jsonl"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let server = try await HeadlessServer("--capacity 9 --record \(path)")
            let sender = try Sender(to: server.port)
            for seconds in ["0.3", "0.2", "0.1"] { try sender.send("dev:\(seconds)") }
            try await server.child.waitForOutput("finished job 3")
            _ = try await server.terminate()

            let (end, child) = try await run(path, "--policies", "sjf,fifo", "--format", "csv")

            #expect(end == .exited(0))
            let rows = child.text.split(separator: "\r\n")
            #expect(rows.count == 7 && rows[0].hasPrefix("policy,job,device,arrival,seconds"))
            #expect(rows[1].hasPrefix("sjf,1,dev,0,0.3,0,0.3"))
        }

        @Test(
            "what cannot be read ends with 2, the file and the line",
            arguments: [
                ("0,A,1\n0,B\n", "line 2: 2 fields instead of arrival,device,seconds[,priority]"),
                ("", "there is no job in it"), ("{}\n", "line 1"),
                ("\u{1b}[2J,A,1\n", "line 1: the field \"arrival\""),
            ]
        )
        func refused(text: String, sentence: String) async throws {
            let file = try ScratchFile(text)

            let (end, child) = try await run(file.path)

            #expect(end == .exited(2))
            #expect(child.text.isEmpty && child.errorText.hasPrefix("Error: \(file.path): "))
            #expect(child.errorText.contains(sentence), "\(child.errorText)")
            #expect(!child.errorText.contains("\u{1b}"))
        }

        @Test("options that cannot be are refused")
        func options() async throws {
            for (option, value) in [
                ("--policies", "best"), ("--policies", "rr:0"), ("--policies", ""),
                ("--policies", "fifo:2"), ("--quantum", "0"), ("--consumers", "0"),
                ("--capacity", "0"), ("--width", "39"), ("--priority", "A"), ("--format", "xml"),
            ] {
                let (end, child) = try await run(option, value)

                #expect(end == .exited(2) && child.text.isEmpty, "\(option) \(value)")
                #expect(child.errorText.hasPrefix("Error: "), "\(child.errorText)")
            }
        }

        @Test("device names in JSON and on the screen are harmless")
        func names() async throws {
            let file = try ScratchFile("0,\u{1b}]0;x\u{7}=1+2\",1\n")

            for format in ["text", "json", "csv"] {
                let (end, child) = try await run(file.path, "--format", format)

                #expect(end == .exited(0) && !child.text.contains("\u{1b}"), "\(format)")
            }
        }
    }
}
