import ArgumentParser
import Core

/// The flags that shape the engine; `signalbox serve` and `signalbox demo` share them.
struct EngineOptions: ParsableArguments {
    @Option(help: "How many slots the buffer has; with 0 sender and receiver meet at every job.")
    var capacity = 15

    @Option(help: "How many producer threads. (default: 1; for launch 0)")
    var producers: Int?

    @Option(help: "How many consumer threads. (default: 1; in the demo 2, for launch 0)")
    var consumers: Int?

    @Option(help: ArgumentHelp("In which order jobs leave the buffer: \(Self.policyHelp)."))
    var policy = "fifo"

    @Option(help: "The time that a job has at once with --policy rr, in seconds.")
    var quantum = 1.0

    @Option(
        help: ArgumentHelp(
            "Priorities for --policy priority, the lowest number first; others have 0.",
            valueName: "device=n,…"
        )
    )
    var priority: String?

    @Option(help: "Who gets a unit: fair (may be overtaken a little) or strict (a convoy).")
    var service = KernelSettings.Service.fair

    @Option(
        help: ArgumentHelp(
            "What the threads execute: \(Self.programHelp). (default: correct; with --policy rr"
                + " round-robin; with --capacity 0 rendezvous)"
        )
    )
    var program: String?

    @Flag(inversion: .prefixedNo, help: "Begin paused.")
    var paused = false

    @Option(help: "Repeats who moves when the engine is stepped.")
    var seed: UInt64 = 1

    @Option(help: "What a consumer does with a job: sleep, spin (really compute) or account.")
    var execute = KernelSettings.Execution.sleep

    @Option(
        help: ArgumentHelp(
            "How fast jobs run: 2 halves a job's time, max does not wait. (default: 1; in the demo 4)"
        )
    )
    var rate: Rate?

    @Option(name: .customLong("exit-after"), help: "End after so many jobs are done.")
    var exitAfter: UInt64?

    private static let policyHelp = PolicyCatalog.all
        .map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
    private static let programHelp = ProgramCatalog.all
        .map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")

    private static let capacities = 0...65_536
    private static let threads = 0...1000

    func validate() throws {
        try Self.check("--capacity", capacity, Self.capacities)
        if let producers { try Self.check("--producers", producers, Self.threads) }
        if let consumers { try Self.check("--consumers", consumers, Self.threads) }
        if exitAfter == 0 { throw ValidationError("--exit-after is at least 1 job.") }
        if execute == .spin, rate?.isMaximum == true {
            throw ValidationError(
                "--execute spin really computes, so it cannot run at --rate max; choose one."
            )
        }
        guard (0.001...86_400).contains(quantum) else {
            throw ValidationError("--quantum is 0.001 to 86400 seconds, not \(quantum).")
        }
        let (policy, programs) = (try chosenPolicy(), try chosenPrograms())
        guard policy.isOrderOfArrival || !programs.misplacesJobs else {
            throw ValidationError(
                "--program \(programs.name) misplaces jobs, which only --policy fifo can show."
            )
        }
        guard policy.isInTurns || !programs.keepsSlots else {
            throw ValidationError("--program \(programs.name) needs --policy rr.")
        }
        try checkMeeting(policy, programs)
    }

    /// Without slots there is nothing to choose from, and one program.
    private func checkMeeting(_ policy: any SchedulingPolicy, _ programs: ProgramPair) throws {
        let meets = programs == ProgramCatalog.rendezvous
        guard capacity == 0 else {
            guard meets else { return }
            throw ValidationError("--program \(programs.name) needs --capacity 0.")
        }
        guard policy.isOrderOfArrival else {
            throw ValidationError(
                "--capacity 0 has no slots to choose from, so only --policy fifo goes with it."
            )
        }
        guard meets else {
            throw ValidationError(
                "--capacity 0 goes with --program \(ProgramCatalog.rendezvous.name) only,"
                    + " not with \(programs.name)."
            )
        }
    }

    static func check(_ option: String, _ value: Int, _ limits: ClosedRange<Int>) throws {
        guard limits.contains(value) else {
            throw ValidationError(
                "\(option) is \(limits.lowerBound) to \(limits.upperBound), not \(value)."
            )
        }
    }

    /// What the flags say, and the usual where they say nothing.
    func settings(
        usualRate: Rate = .normal,
        usualProducers: Int = 1,
        usualConsumers: Int = 1
    ) throws -> EngineSettings {
        var settings = EngineSettings()
        settings.kernel.capacity = capacity
        settings.kernel.policy = try chosenPolicy()
        settings.kernel.programs = try chosenPrograms()
        settings.kernel.rate = rate ?? usualRate
        settings.kernel.service = service
        settings.kernel.execution = execute
        settings.kernel.executionLimit = exitAfter
        settings.producers = producers ?? usualProducers
        settings.consumers = consumers ?? usualConsumers
        settings.startsPaused = paused
        settings.seed = seed
        return settings
    }

    private func chosenPolicy() throws -> any SchedulingPolicy {
        guard let found = PolicyCatalog.policy(named: policy) else {
            let names = PolicyCatalog.all.map(\.name).joined(separator: ", ")
            throw ValidationError("--policy is one of \(names), not '\(policy)'.")
        }
        guard let priority else { return found }
        guard found is PriorityFirst else {
            throw ValidationError("--priority goes with --policy priority, not with \(policy).")
        }
        do throws(PriorityError) {
            return try PriorityFirst(priority)
        } catch {
            throw ValidationError("--priority: \(error).")
        }
    }

    private func chosenPrograms() throws -> ProgramPair {
        let roundRobin = ProgramCatalog.roundRobin(quantum: .seconds(quantum))
        guard let program else {
            if policy == "rr" { return roundRobin }
            return capacity == 0 ? ProgramCatalog.rendezvous : ProgramCatalog.correct
        }
        let known = ProgramCatalog.all + [roundRobin, ProgramCatalog.rendezvous]
        guard let found = known.first(where: { $0.name == program }) else {
            let names = known.map(\.name).joined(separator: ", ")
            throw ValidationError("--program is one of \(names), not '\(program)'.")
        }
        return found
    }
}

extension KernelSettings.Service: ExpressibleByArgument {}
extension KernelSettings.Execution: ExpressibleByArgument {}
extension EngineSettings.ReplyMoment: ExpressibleByArgument {}

extension Rate: ExpressibleByArgument {
    package init?(argument: String) {
        if argument == "max" {
            self = .maximum
        } else {
            guard let times = Double(argument), let rate = Rate(times: times) else { return nil }
            self = rate
        }
    }
}
