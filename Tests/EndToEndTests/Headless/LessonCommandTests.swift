import Core
import Glibc
import Testing

extension HeadlessTests {
    @Suite("Lessons without a screen")
    struct LessonCommandTests {
        private func run(_ arguments: String...) async throws -> (Child.End, Child) {
            let child = try Child(BuiltProgram.signalbox.path, ["lesson"] + arguments)
            return (try await child.waitForEnd(), child)
        }

        @Test("list has a line for each, the name first, in the order of teaching")
        func list() async throws {
            let (end, child) = try await run("list")

            #expect(end == .exited(0))
            let names = child.text.split(separator: "\n").map { $0.prefix { $0 != " " } }
            #expect(names.map(String.init) == LessonCatalog.all.map(\.name))
        }

        @Test("check plays all built-in lessons, says a line for each, and ends with 0")
        func check() async throws {
            let (end, child) = try await run("check")

            #expect(end == .exited(0))
            let lines = child.text.split(separator: "\n")
            #expect(lines.count == LessonCatalog.all.count)
            #expect(lines.allSatisfy { $0.hasSuffix(" expectations held") })
        }

        @Test("what show prints is a lesson that can be checked, and a change is found")
        func show() async throws {
            let (end, child) = try await run("show", "walk")
            #expect(end == .exited(0))
            let same = try ScratchFile(child.text)
            let wrong = try ScratchFile(
                child.text.replacing("expect full = 1", with: "expect full = 2")
            )

            #expect(try await run("check", same.path).0 == .exited(0))
            let (failed, words) = try await run("check", "walk", wrong.path)

            #expect(failed == .exited(1))
            #expect(words.text.contains(": expected: full = 2; but full is 1\n"))
            #expect(words.text.contains("line 21"), "\(words.text)")
        }

        @Test("whatever it waits for, a signal ends it", arguments: [SIGINT, SIGTERM, SIGHUP])
        func interrupted(signal: Int32) async throws {
            let folder = try ScratchFolder()
            let pipe = "\(folder.path)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            let writer = open(pipe, O_RDWR | O_CLOEXEC)
            defer { close(writer) }

            let child = try Child(BuiltProgram.signalbox.path, ["lesson", "check", "walk", pipe])
            try await child.waitForOutput("held")
            child.send(signal)

            #expect(try await child.waitForEnd() == .killed(signal: signal))
        }

        @Test("without a terminal a lesson is told in words, with what came of it")
        func told() async throws {
            let (end, child) = try await run("walk")

            #expect(end == .exited(0))
            #expect(child.text.hasPrefix("A walk on a buffer of three\n"))
            #expect(child.text.contains("  ✓ full = 1\n"))
            #expect(
                child.text.contains("  ✓ right: 2, It waits: full is 0, so this would block.\n")
            )
        }

        @Test("an unknown name ends with 2, and with the one that may be meant")
        func unknown() async throws {
            let (end, child) = try await run("wlak")
            #expect(end == .exited(2))
            #expect(child.errorText.contains("did you mean walk?"))

            let (other, words) = try await run("show", "zzzzzzzzzz")
            #expect(other == .exited(2))
            #expect(words.errorText.contains("the lessons are: first-steps, walk"))
        }

        @Test("a file that is no lesson ends with 2 and the line, and nothing of it gets through")
        func noLesson() async throws {
            let file = try ScratchFile("title: T\nsummary: S\n\u{1b}]0;x\u{7}\n")

            let (end, child) = try await run(file.path)

            #expect(end == .exited(2))
            #expect(child.errorText.contains("line 3: there is a character that cannot be shown"))
            #expect(!child.errorText.contains("\u{1b}"))
        }
    }
}
