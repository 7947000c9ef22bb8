import ArgumentParser
import Core

/// `signalbox students`: students made up, written as XML, read back and judged, by real threads.
struct StudentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "students",
        abstract: "Producers write students as XML files; consumers read, judge and clear them.",
        discussion: """
            A producer makes a student, writes student<n>.xml and puts n into the buffer; a consumer \
            takes n, reads the file, computes the average and PASS or FAIL, and empties the file, \
            which stays. A file that holds something is not written over without --overwrite.

              signalbox students --producers 2 --consumers 3
              signalbox students --walk
              signalbox students --records 100000 --rate max --headless
            """
    )

    @Option(help: "How many slots the buffer has.")
    var buffer = 10

    @Option(help: "How many students are made. (default: 10)")
    var students: Int?

    @Option(help: "The same for a large run: figures in the end, and no line for each student.")
    var records: Int?

    @Option(help: "Where the files are; made if it is not there.")
    var folder = "./xml_files"

    @Option(
        name: .customLong("producer-delay"),
        help: "How many seconds a producer makes a student."
    )
    var producerDelay = "0.3...1.0"

    @Option(name: .customLong("consumer-delay"), help: "How many seconds a consumer judges one.")
    var consumerDelay = "0.5...1.5"

    @Option(help: "After how many seconds a wait for empty or full gives up and tries again.")
    var timeout = 5.0

    @Option(help: "How many producer threads.")
    var producers = 1

    @Option(help: "How many consumer threads.")
    var consumers = 1

    @Option(help: "Repeats the students and the delays.")
    var seed: UInt64 = 1

    @Option(help: "How fast it goes: 2 halves all delays, max does not wait. (default: 1)")
    var rate: Rate?

    @Option(help: ArgumentHelp("In which order students leave the buffer: \(Self.policies)."))
    var policy = "fifo"

    @Option(help: "Another program, such as no-mutex, to see what it does to the students.")
    var program = StudentPrograms.name

    @Flag(help: "Begin paused.")
    var paused = false

    @Flag(help: "Write over files that nobody has read.")
    var overwrite = false

    @Flag(help: "A guided walk on a buffer of three: empty and full after every step.")
    var walk = false

    @OptionGroup(title: "Output") var output: OutputOptions

    /// Students have no priorities, and are judged at one go.
    private static let choices: [any SchedulingPolicy] = [
        FirstInFirstOut(), ShortestJobFirst(), LongestJobFirst(),
    ]
    private static let policies = choices.map(\.name).joined(separator: ", ")

    func validate() throws {
        try EngineOptions.check("--buffer", buffer, 1...65_536)
        try EngineOptions.check("--producers", producers, 1...1000)
        try EngineOptions.check("--consumers", consumers, 1...1000)
        let counts = 1...StudentSimulation.mostStudents
        if let students { try EngineOptions.check("--students", students, counts) }
        if let records { try EngineOptions.check("--records", records, counts) }
        guard students == nil || records == nil else {
            throw ValidationError("--students and --records say the same; choose one.")
        }
        guard (0.01...86_400).contains(timeout) else {
            throw ValidationError("--timeout is 0.01 to 86400 seconds, not \(timeout).")
        }
        _ = try settings()
        _ = try simulation()
    }

    func run() throws {
        if walk {
            Output.standard.write(StudentWalk().lines().map { $0 + "\n" }.joined())
            return
        }
        var (settings, output) = (try settings(), output)
        output.apply(to: &settings.kernel)
        // A file for the log is asked for; on the screen nobody can read so many lines.
        if records != nil, output.log == nil { output.logFormat = .none }
        let students = try simulation()
        let run = StudentRun(
            settings,
            students: students,
            folder: try openFolder(for: students.count),
            clock: SystemClock()
        )
        if output.wantsScreen { Output.standard.write(run.opening) }
        try Session(run, output: output).run()
    }

    private func openFolder(for count: Int) throws -> StudentFolder {
        do throws(StudentFolderError) {
            let opened = try StudentFolder(folder, overwrites: overwrite)
            try opened.checkIsFree(1...count)
            return opened
        } catch {
            throw StartError("--folder \(error)")
        }
    }

    private func simulation() throws -> StudentSimulation.Settings {
        var settings = StudentSimulation.Settings()
        settings.count = students ?? records ?? settings.count
        settings.seed = seed
        settings.producerDelay = try delay("--producer-delay", producerDelay)
        settings.consumerDelay = try delay("--consumer-delay", consumerDelay)
        settings.tellsStudents = records == nil
        return settings
    }

    private func delay(_ option: String, _ text: String) throws -> SecondsRange {
        guard let range = SecondsRange(text) else {
            throw ValidationError(
                "\(option) is a number of seconds or two, such as 0.3...1.0, each at most 86400,"
                    + " not '\(Sanitizer.sanitize(text))'."
            )
        }
        return SecondsRange(range.bounds, step: Microseconds(1000))
    }

    private func settings() throws -> EngineSettings {
        var settings = EngineSettings()
        let own = StudentPrograms.pair(timeOut: .seconds(timeout))
        settings.kernel.choices = [own] + ProgramCatalog.all
        guard let chosen = settings.kernel.choices.first(where: { $0.name == program }) else {
            let names = settings.kernel.choices.map(\.name).joined(separator: ", ")
            throw ValidationError(
                "--program is one of \(names), not '\(Sanitizer.sanitize(program))'."
            )
        }
        guard let policy = Self.choices.first(where: { $0.name == policy }) else {
            throw ValidationError(
                "--policy is one of \(Self.policies), not '\(Sanitizer.sanitize(self.policy))'."
            )
        }
        guard policy.isOrderOfArrival || !chosen.misplacesJobs else {
            throw ValidationError(
                "--program \(program) misplaces jobs, which only --policy fifo can show."
            )
        }
        settings.kernel.programs = chosen
        settings.kernel.policy = policy
        settings.kernel.capacity = buffer
        settings.kernel.rate = rate ?? .normal
        settings.producers = producers
        settings.consumers = consumers
        settings.startsPaused = paused
        settings.seed = seed
        settings.reply = .done
        return settings
    }
}
