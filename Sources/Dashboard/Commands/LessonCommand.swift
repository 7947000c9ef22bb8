import ArgumentParser
import Core
import Glibc
import TerminalUI

/// `signalbox lesson`: lessons to be played, listed, checked and copied.
struct LessonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesson",
        abstract: "Play a lesson in the dashboard; list, check and show lessons.",
        discussion: """
              signalbox lesson list                 the lessons, in the order of teaching
              signalbox lesson walk                 plays one; a file of your own works as well
              signalbox lesson show walk > my.lesson
              signalbox lesson check my.lesson      is all as the lesson says?
            """,
        subcommands: [LessonPlay.self, LessonList.self, LessonChecking.self, LessonShow.self],
        defaultSubcommand: LessonPlay.self
    )
}

/// `signalbox lesson list`: a line each, the name first.
struct LessonList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the built-in lessons in the order of teaching."
    )

    func run() throws {
        let width = LessonCatalog.all.map(\.name.count).max() ?? 0
        for entry in LessonCatalog.all {
            let lesson = try LessonFile(entry).lesson
            let blanks = String(repeating: " ", count: width + 2 - entry.name.count)
            let line = "\(entry.name)\(blanks)\(lesson.title): \(lesson.summary)"
            // In a pipe nothing is cut; in a terminal a line stays a line.
            let shown = isatty(STDOUT_FILENO) == 1 ? clipped(line, to: 80) : line
            Output.standard.write("\(shown)\n")
        }
    }
}

/// `signalbox lesson show NAME`: the text, to be copied and changed.
struct LessonShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a built-in lesson's text, to be copied and changed."
    )

    @Argument(help: "A built-in lesson.")
    var name: String

    func run() throws {
        guard let entry = LessonCatalog.named(name) else { throw LessonFile.unknown(name) }
        Output.standard.write(entry.text)
    }
}

/// `signalbox lesson check`: whether all is as the lessons say.
struct LessonChecking: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Play lessons in virtual time and see whether all is as they say.",
        discussion: "Exit code 0 when it is, 1 when something is not, with the line and the reason."
    )

    @Argument(help: "Files or names; without any, all built-in lessons.")
    var lessons: [String] = []

    func run() throws {
        let words = lessons.isEmpty ? LessonCatalog.all.map(\.name) : lessons
        var failed = false
        for word in words {
            do {
                let file = try LessonFile(word)
                let check = LessonCheck(file.lesson)
                if let failure = check.failure {
                    failed = true
                    Output.standard.write("\(Sanitizer.sanitize(word)): \(failure)\n")
                } else {
                    Output.standard.write(
                        "\(Sanitizer.sanitize(word)): \(check.held) expectations held\n"
                    )
                }
            } catch let error as StartError {
                failed = true
                Output.standard.write("\(error)\n")
            }
        }
        if failed { throw ExitCode(1) }
    }
}

/// `signalbox lesson NAME`: plays it, in the dashboard or in words.
struct LessonPlay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Play a lesson in the dashboard; without a terminal, tell it in words."
    )

    @Argument(help: "A name from the list, or a file.")
    var lesson: String

    @Flag(inversion: .prefixedNo, help: "No screen: the lesson in words.")
    var headless = false

    @OptionGroup var looks: LookOptions

    func run() throws {
        let file = try LessonFile(lesson)
        guard !headless, isatty(STDOUT_FILENO) == 1 else { return try tell(file.lesson) }
        try play(file.lesson)
    }

    /// The lesson in words.
    private func tell(_ lesson: Lesson) throws {
        let report = LessonReport(lesson)
        Output.standard.write(report.text)
        guard report.failure == nil else { throw ExitCode(1) }
    }

    private func play(_ lesson: Lesson) throws {
        let signals = try SignalSource()
        let release = try TerminalRelease(signals: Signals.terminating)
        defer { release.stop() }
        let screen: NcursesTerminal
        do {
            screen = try NcursesTerminal(
                input: STDIN_FILENO,
                output: STDOUT_FILENO,
                theme: looks.theme,
                ascii: looks.ascii
            )
        } catch {
            throw StartError("a lesson needs a terminal, or --headless: \(error)")
        }
        let session = TerminalSession(terminal: screen, signals: signals)
        var score = LessonScore()
        var chapter: Int? = 0
        while let next = chapter {
            (chapter, score) = play(lesson, from: next, session)
        }
        release.endIsNear()
        screen.close()
        if score.asked > 0 {
            Output.standard.write("\(score.right) of \(score.asked) answers were right\n")
        }
    }

    /// Plays until the user quits.
    ///
    /// - Returns: The chapter to be played again, if any, and the score.
    private func play(
        _ lesson: Lesson,
        from chapter: Int,
        _ session: TerminalSession
    ) -> (again: Int?, LessonScore) {
        let clock = SystemClock()
        let drive = LessonDrive(lesson, from: chapter, history: Self.history, clock: clock)
        defer { drive.stage.stop() }
        var settings = lesson.settings
        settings.kernel.history = Self.history
        let stage = drive.stage
        let watched = Watched(
            engine: stage.engine,
            settings: settings,
            clock: clock,
            endpoint: lesson.name,
            nameOfDevice: { [devices = stage.devices] in devices.name(of: $0) },
            counters: { ReceiverCounters() },
            waitingInInbox: { stage.waitingJobs }
        )
        var loop = DashboardLoop(
            watching: watched,
            session: session,
            framesPerSecond: looks.fps,
            file: nil,
            lesson: drive
        )
        loop.run()
        return (loop.wantedChapter, drive.view.score)
    }

    /// Enough events to go back to the beginning of any lesson.
    private static let history = 65_536
}
