import Testing

@testable import Core

@Suite("Lesson files", .timeLimit(.minutes(5)))
struct LessonParsingTests {
    private static let header = "title: T\nsummary: S\n"
    private static let chapter = "chapter One\nsay Hello\n"

    private func parse(_ text: String) throws(LessonError) -> Lesson {
        try Lesson(Array(text.utf8), name: "test")
    }

    /// The sentence that is thrown; empty where none is.
    private func refusal(_ text: String) -> String {
        refusal(of: Array(text.utf8))
    }

    private func refusal(of bytes: [UInt8]) -> String {
        do throws(LessonError) {
            _ = try Lesson(bytes, name: "test")
            return ""
        } catch {
            return error.description
        }
    }

    @Test("settings, chapters and beats are read in their order")
    func complete() throws {
        let lesson = try parse(
            """
            # A comment.
            title: A title
            summary: A summary
            capacity: 4
            producers: 2
            policy: sjf
            rate: 2.5

            chapter First
            say One
              line.

              Two.
            send 3:5 pi:3.14 after 2 s
            step P2 to wait(empty)
            step until full = 1
            run until nothing moves
            chapter Second
            ask Why?
              * So. [full >= 1]
              - Not so.
            """
        )

        #expect(lesson.title == "A title")
        #expect(lesson.settings.kernel.capacity == 4)
        #expect(lesson.settings.producers == 2)
        #expect(lesson.settings.kernel.policy.name == "sjf")
        #expect(lesson.settings.kernel.rate == Rate(thousandths: 2500))
        #expect(lesson.settings.startsPaused)
        #expect(lesson.chapters.map(\.title) == ["First", "Second"])
        let beats = try #require(lesson.chapters.first?.beats)
        #expect(beats.map(\.line) == [10, 14, 15, 16, 17])
        #expect(beats[0].action == .say(["One line.", "Two."]))
        let jobs = [
            ScriptedJob(device: "3", cpuTime: .seconds(5)),
            ScriptedJob(device: "pi", cpuTime: .seconds(3.14)),
        ]
        #expect(beats[1].action == .send(jobs, after: .seconds(2)))
        #expect(
            beats[2].action == .step(Stepping(thread: "P2", goal: .statement(.wait(.empty))))
        )
        #expect(beats[4].action == .run(nil))
    }

    @Test("a lesson's own program is parsed from the statements as the screen has them")
    func ownProgram() throws {
        let lesson = try parse(
            """
            title: T
            summary: S
            program: hasty
            producer:
              1 produce
              2 insert
              3 signal(full)
            chapter One
            say Hello
            """
        )

        let programs = lesson.settings.kernel.programs
        #expect(programs.name == "hasty")
        #expect(programs.producer.statements == [.produce, .insert, .signal(.full)])
        #expect(programs.consumer == ProgramCatalog.correct.consumer)
    }

    @Test(
        "what is wrong is said with its line, its field and what is allowed",
        arguments: [
            ("title: T\n\(chapter)", "\"summary:\" is missing"),
            ("\(header)", "a chapter (\"chapter TITLE\") is missing"),
            (
                "\(header)capacity: 65\n\(chapter)",
                "line 3: capacity is a number from 0 to 64, not \"65\""
            ),
            (
                "\(header)capacity: 0\nprogram: correct\n\(chapter)",
                "line 4: \"program: rendezvous\" with \"policy: fifo\", for \"capacity: 0\" is missing"
            ),
            (
                "\(header)capacity: 99999999999999999999\n\(chapter)",
                "line 3: capacity is a number from 0 to 64, not \"99999999999999999999\""
            ),
            ("\(header)capacity:\n\(chapter)", "line 3: a value for \"capacity:\" is missing"),
            ("\(header)seed: 1\nseed: 2\n\(chapter)", "line 4: \"seed:\" is there twice"),
            (
                "\(header)policy: best\n\(chapter)",
                "line 3: there is no policy \"best\"; allowed: "
                    + PolicyCatalog.all.map(\.name).joined(separator: ", ")
            ),
            (
                "\(header)policy: sjf\nprogram: no-mutex\n\(chapter)",
                "line 3: program no-mutex misplaces jobs, which only policy fifo can show, not sjf"
            ),
            (
                "  indented\n",
                "line 1: \"the beginning\" has no indented lines; a line of its own begins at the margin"
            ),
            (
                "\(header)\(chapter)step P2\n",
                "line 5: there is no thread P2: the lesson has 1 producers and 1 consumers"
            ),
            (
                "\(header)\(chapter)send 3\n",
                "line 5: a job is DEVICE:SECONDS such as 3:5, at most 86400 s, not \"3\""
            ),
            (
                "\(header)\(chapter)step P1 to dance\n",
                "line 5: a statement is as the screen has it, not \"dance\""
            ),
            (
                "\(header)\(chapter)step P1 x0\n",
                "line 5: how often to step is a number from 1 to 1000, not \"0\""
            ),
            (
                "\(header)\(chapter)ask Why?\n  * a [full = 1]\n  * b [full = 2]\n",
                "line 5: a question has one right choice, marked with *, not 2"
            ),
            (
                "\(header)\(chapter)ask Why?\n  * a\n  - b\n",
                "line 6: [CONDITION] after the right choice, which shows that it is right is missing"
            ),
            (
                "\(header)\(chapter)call again\n",
                "line 5: a call before \"call again\" is missing"
            ),
            (
                "\(header)chapter One\nstep P1\n",
                "line 3: anything to read (\"say\" or \"ask\") in the chapter is missing"
            ),
            (
                "\(header)program: mine\nproducer:\n  produce\n  hop\n\(chapter)",
                "line 6: the producer's line 2: there is no statement \"hop\""
            ),
        ]
    )
    func refused(text: String, sentence: String) {
        #expect(refusal(text) == sentence)
    }

    @Test("unknown words are refused with the known ones")
    func unknownWords() {
        #expect(
            refusal("titel: T\n").hasPrefix(
                "line 1: there is no setting \"titel:\"; allowed: title:"
            )
        )
        #expect(
            refusal(Self.header + Self.chapter + "jump\n")
                .hasPrefix("line 5: there is no beat \"jump\"; allowed: chapter, say")
        )
        #expect(
            refusal(Self.header + Self.chapter + "expect fool = 3\n")
                .hasPrefix("line 5: there is no number \"fool\"; allowed: empty, full")
        )
        #expect(
            refusal(Self.header + Self.chapter + "expect a miracle\n")
                .hasPrefix("line 5: a condition is such as")
        )
    }

    @Test("hostile bytes are refused, and none of them reaches the sentence")
    func hostile() {
        let long = [UInt8](repeating: 65, count: 1 << 20)
        #expect(refusal(of: long) == "line 1: the line has 1048576 bytes; at most 1000 are allowed")
        let manyLines = [UInt8](repeating: 10, count: 100_000)
        #expect(refusal(of: manyLines) == "a lesson has at most 5000 lines")
        #expect(refusal(of: Array("title: T\n".utf8) + [0xFF]) == "line 2: this is no UTF-8 text")
        #expect(
            refusal("title: \u{1B}[2J\n")
                == "line 1: there is a character that cannot be shown: U+001B"
        )
        #expect(
            refusal("title: \u{202E}abc\n")
                == "line 1: there is a character that cannot be shown: U+202E"
        )
    }

    @Test("random bytes and mutilated lessons never trap")
    func fuzz() {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = RandomNumbers(seed: seed)
            let entry = LessonCatalog.all[Int(seed) % LessonCatalog.all.count]
            var bytes = entry.bytes
            for _ in 0..<20 {
                let place = Int.random(in: bytes.indices, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.remove(at: place)
                }
            }
            // Whatever it says is right; that it says something is enough.
            _ = refusal(of: bytes)
        }
    }

    @Test("lines may end as other systems end them")
    func carriageReturns() throws {
        let text = (Self.header + Self.chapter).replacing("\n", with: "\r\n")

        #expect(try parse(text).title == "T")
    }
}
