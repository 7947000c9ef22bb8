import ArgumentParser
import Core

/// `signalbox compare [FILE]`: the same jobs under several policies.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run the same jobs under several policies: Gantt charts and mean times.",
        discussion: """
            FILE is a list of jobs, a recording (what --record wrote), or - for standard input. \
            Without it, the textbook's example of a convoy: A 100 s, B and C 10 s, all at once.

            A list has a line for each job, arrival,device,seconds[,priority], in seconds:

              0,A,100
              0,B,10
              2.5,C,10

            The jobs are executed by the real programs in virtual time, so it takes no longer than \
            it takes to print. Exit code 2 when the file cannot be read.
            """
    )

    @Argument(help: "A list of jobs, a recording, or - for standard input.")
    var file: String?

    @Option(help: ArgumentHelp("Which policies, in this order: \(PolicyWords.help)."))
    var policies = "fifo,sjf,ljf,rr"

    @Option(help: "The time that a job has at once with rr, in seconds.")
    var quantum = 1.0

    @Option(
        help: ArgumentHelp(
            "Priorities, the lowest number first; others have those of the list, or 0.",
            valueName: "device=n,…"
        )
    )
    var priority: String?

    @Option(help: "How many consumers, 1 to 64.")
    var consumers = 1

    @Option(help: "How many slots the buffer has. (default: room for all jobs)")
    var capacity: Int?

    @Flag(help: "A line for every job too.")
    var jobs = false

    @Option(help: "What to print: text, csv or json.")
    var format = Format.text

    @Option(help: "The charts' columns, 40 to 1000.")
    var width = 80

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case csv
        case json
    }

    func validate() throws {
        try EngineOptions.check("--consumers", consumers, 1...64)
        try EngineOptions.check("--width", width, 40...1000)
        if let capacity {
            try EngineOptions.check("--capacity", capacity, 1...PolicyRehearsal.mostSlots)
        }
        guard (0.001...86_400).contains(quantum) else {
            throw ValidationError("--quantum is 0.001 to 86400 seconds, not \(quantum).")
        }
        _ = try choices(JobList())
        _ = try priorities()
    }

    func run() throws {
        let file = try file.map(JobFile.init)
        if let caution = file?.caution { Output.error.write(caution + "\n") }
        var list = file?.jobs ?? .convoy
        for (name, number) in try priorities() {
            list.setPriority(number, of: list.device(named: name))
        }
        var rehearsal = PolicyRehearsal(list)
        rehearsal.consumers = consumers
        rehearsal.capacity = capacity
        let choices = try choices(list)
        for choice in choices where rehearsal.turns(under: choice) > PolicyRehearsal.mostTurns {
            throw StartError(
                "\(choice.name): more than \(PolicyRehearsal.mostTurns) turns; choose a longer quantum"
            )
        }
        let schedules = choices.map(rehearsal.schedule)
        switch format {
        case .csv: Output.standard.write(CompareExport(jobs: list, schedules: schedules).csv)
        case .json: Output.standard.write(CompareExport(jobs: list, schedules: schedules).json)
        case .text:
            let report = CompareReport(
                source: source,
                rehearsal: rehearsal,
                schedules: schedules,
                showsJobs: jobs,
                width: width
            )
            Output.standard.write(report.text)
        }
    }

    private func choices(_ list: JobList) throws -> [PolicyChoice] {
        try PolicyWords.choices(policies, jobs: list, quantum: .seconds(quantum))
    }

    private func priorities() throws -> [(device: String, priority: Int)] {
        guard let priority else { return [] }
        do throws(PriorityError) {
            return try PriorityFirst(priority).priorities
        } catch {
            throw ValidationError("--priority: \(error).")
        }
    }

    private var source: String {
        switch file {
        case nil: "OSTEP, figure 7.2 (no file was given)"
        case "-"?: "standard input"
        case let path?: path
        }
    }
}
