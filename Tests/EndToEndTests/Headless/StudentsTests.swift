import Glibc
import Testing

extension HeadlessTests {
    @Suite("The student simulation")
    struct StudentsTests {
        private let folder: ScratchFolder

        init() throws { folder = try ScratchFolder() }

        private func start(_ options: String, after: String = ":") throws -> Child {
            let command = [BuiltProgram.signalbox.path, "students", "--headless"]
            return try Child(
                "/bin/sh",
                ["-c", "\(after); exec \"$@\"", "sh"] + command + ["--folder", folder.path]
                    + options.split(separator: " ").map(String.init)
            )
        }

        private func run(_ options: String, after: String = ":") async throws -> (Child, Child.End)
        {
            let child = try start(options, after: after)
            return (child, try await child.waitForEnd())
        }

        @Test("ten files are made, read, judged and cleared, and the sums are right")
        func ten() async throws {
            let (child, end) = try await run("--rate 20")

            #expect(end == .exited(0), "\(child.story())")
            let rules = "1. A producer waits when the buffer is full.\n"
            #expect(child.text.contains(rules))
            let verdicts = child.text.matches(
                of: #/student ([0-9]+): (PASS|FAIL) ([0-9.]+), [^,]+, [0-9]{8}, [^,]+\n/#
            )
            #expect(verdicts.compactMap { Int($0.1) }.sorted() == Array(1...10))
            for verdict in verdicts {
                let average = try #require(Double(verdict.3))
                #expect((average >= 50) == (verdict.2 == "PASS"))
            }
            let passed = verdicts.count { $0.2 == "PASS" }
            #expect(child.text.contains("\nProduced: 10 of 10 students\n"))
            #expect(
                child.text.contains(
                    "\nConsumed: 10 (\(passed) PASS, \(10 - passed) FAIL, 0 refused)"
                )
            )
            #expect(child.text.contains("\nIn the buffer at the end: 0 of 10\n"))
            let names = (1...10).map { ("student\($0).xml", 0) }
            #expect(try folder.sizes() == Dictionary(uniqueKeysWithValues: names))
        }

        @Test("the same folder serves a second run, with several threads of each kind")
        func again() async throws {
            for _ in 1...2 {
                let (child, end) = try await run("--rate max --producers 3 --consumers 2")

                #expect(end == .exited(0), "\(child.story())")
                #expect(child.text.contains("\nConsumed: 10 ("))
            }
        }

        @Test("a large run prints figures and no line for each student")
        func records() async throws {
            let (child, end) = try await run("--records 500 --rate max")

            #expect(end == .exited(0), "\(child.story())")
            #expect(child.text.contains("\nConsumed: 500 ("))
            #expect(child.text.contains(#/\nRecords: [0-9]+ a second; 0\.[0-9] MB written/#))
            #expect(!child.text.contains("student 1:"))
            #expect(child.errorText.isEmpty)
        }

        @Test("a file that nobody has read is not written over, and the sentence says what to do")
        func precious() async throws {
            try folder.write("precious", to: "student7.xml")

            let (child, end) = try await run("--rate max")
            let (_, bold) = try await run("--rate max --overwrite")

            #expect(end == .exited(2))
            #expect(child.text.isEmpty)
            #expect(child.errorText.contains("student7.xml holds 8 bytes that nobody has read"))
            #expect(child.errorText.contains("--overwrite"))
            #expect(bold == .exited(0))
        }

        @Test("a disk that takes no more ends the run with a sentence and 1")
        func diskFull() async throws {
            let (child, end) = try await run("--rate max", after: "trap '' XFSZ; ulimit -f 0")

            #expect(end == .exited(1))
            #expect(
                child.text.contains(
                    "\nStopped: \(folder.path)/student1.xml: write failed: File too"
                )
            )
            #expect(child.text.contains("\nBROKEN: the run could not go on\n"))
        }

        @Test(
            "asked to end in the middle, it says what was done, and the files of the rest are left",
            arguments: [SIGINT, SIGTERM]
        )
        func interrupted(signal: Int32) async throws {
            let child = try start(
                "--students 1000 --producer-delay 0.001 --consumer-delay 0.001...1000 --buffer 5"
            )
            try await child.waitForOutput("P1 waits for empty")
            child.send(signal)
            let end = try await child.waitForEnd()

            #expect(end == .exited(0), "\(child.story())")
            let left = try #require(child.text.firstMatch(of: #/\nNot read: ([0-9]+), whose/#))
            #expect(try folder.sizes().values.count { $0 > 0 } == Int(left.1))
        }

        @Test("a folder that is in use is refused")
        func inUse() async throws {
            let first = try start("--producer-delay 1000")
            try await first.waitForOutput("P1 waits for a job")

            let (second, end) = try await run("")

            #expect(end == .exited(2))
            #expect(second.errorText.contains("another run uses this folder"))
        }

        @Test("the walk needs no folder and no terminal")
        func walk() async throws {
            let (child, end) = try await run("--walk")

            #expect(end == .exited(0))
            #expect(
                child.text.contains(#/remove +3 +0 +- - - +this would block: C1 waits for full/#)
            )
            #expect(try folder.sizes().isEmpty)
        }

        @Test("what goes wrong in a broken program is said, and the run ends")
        func broken() async throws {
            let (child, end) = try await run(
                "--program swapped-waits --buffer 1 --students 20 --consumer-delay 0.001"
                    + " --producer-delay 0 --log-format none"
            )

            // Which of the two happens is a matter of who comes first.
            if end == .exited(0) {
                #expect(child.text.contains("\nConsumed: 20 ("))
            } else {
                #expect(end == .exited(1))
                #expect(child.text.contains("\nStuck in the end: Deadlock. P1 holds mutex"))
                #expect(child.text.contains("\nBROKEN: nobody can move any more\n"))
            }
        }
    }
}
