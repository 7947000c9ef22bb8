import Testing

extension TerminalTests {
    @Suite("The student simulation in a terminal")
    struct StudentsScreenTests {
        private let folder: ScratchFolder

        init() throws { folder = try ScratchFolder() }

        private func open(_ options: String) async throws -> TerminalWindow {
            let window = try await TerminalWindow()
            try await window.enter("cd '\(folder.path)'; clear")
            try await window.enter("'\(BuiltProgram.signalbox.path)' students \(options)")
            return window
        }

        @Test("the buffer shows the numbers of the students, and the program how it waits")
        func numbers() async throws {
            let window = try await open("--producer-delay 0.001 --consumer-delay 1000 --buffer 5")

            let screen = try await window.show("a full buffer") { screen in
                screen.hasPrefix(" signalbox  students  ./xml_files  fifo  1P 1C")
                    && screen.contains("▸2 3 4 5 6") && screen.contains("Buffer 5/5")
                    && screen.contains(#/C1 execute 1 +[0-9]+\.[0-9] of 1000 s/#)
            }
            #expect(!screen.contains("udp"))
            try await window.press("q")
            try await window.showPrompt()

            let text = try await window.screen()
            #expect(text.contains("1. A producer waits when the buffer is full."))
            #expect(text.contains("Not read: 7, whose files are left as they were written"))
            #expect(try await window.answer("$?") == "0")
            try await window.expectRestored()
        }

        @Test("each student is a line of the log; when all are judged it says so, and q ends it")
        func log() async throws {
            let window = try await open("--rate 5")

            try await window.show("a verdict in the log") { text in
                text.from("┌ Log").contains(
                    #/student [0-9]+: (PASS|FAIL) [0-9.]+, [^│]*, [0-9]{8}, /#
                )
            }
            try await window.show("all 10 students are judged")
            try await window.press("q")
            try await window.showPrompt()

            let text = try await window.screen()
            #expect(text.contains("Produced: 10 of 10 students"))
            #expect(text.contains("In the buffer at the end: 0 of 10"))
            #expect(try await window.answer("$?") == "0")
            let sizes = try folder.sizes(in: "xml_files").values
            #expect(sizes.count == 10 && sizes.allSatisfy { $0 == 0 })
        }

        @Test("who waits in vain gives up, says so and tries again")
        func timeOut() async throws {
            let window = try await open("--producer-delay 1000 --timeout 0.2")

            try await window.show("C1 gave up waiting for full, which is 0")
            try await window.press("q")
            try await window.showPrompt()

            #expect(try await window.screen().contains(#/Time-outs: [1-9]/#))
        }
    }
}
