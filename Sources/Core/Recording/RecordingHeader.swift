/// The first line of a recording: what the engine was, and when.
package struct RecordingHeader: Equatable, Sendable {
    package static let format = "signalbox recording"
    /// Rises with each change that an older reader would misunderstand.
    package static let version = 3
    /// Version 1 had no remote clients, version 2 no turns, and its threads could not be killed.
    package static let readableVersions = 1...version

    package let capacity: Int
    /// Such as `fifo`.
    package let policy: String
    /// With the policy `priority`, as on the command line: `3=5,urgent=-1`.
    package let priorities: String
    package let service: String
    package let execution: String
    package let rate: Rate
    /// What the threads executed first.
    package let programs: ProgramPair
    /// When the engine's clock was at zero.
    package let began: WallTime

    package init(
        capacity: Int,
        policy: String,
        priorities: String = "",
        service: String,
        execution: String,
        rate: Rate,
        programs: ProgramPair,
        began: WallTime
    ) {
        self.capacity = capacity
        self.policy = policy
        self.priorities = priorities
        self.service = service
        self.execution = execution
        self.rate = rate
        self.programs = programs
        self.began = began
    }

    /// That of an engine with these settings.
    package init(_ settings: KernelSettings, began: WallTime) {
        self.init(
            capacity: settings.capacity,
            policy: settings.policy.name,
            priorities: (settings.policy as? PriorityFirst)?.text ?? "",
            service: settings.service.rawValue,
            execution: settings.execution.rawValue,
            rate: settings.rate,
            programs: settings.programs,
            began: began
        )
    }

    /// The policy by its name; the first in, the first out where a newer program knew another.
    package var chosenPolicy: any SchedulingPolicy {
        let known = PolicyCatalog.policy(named: policy) ?? FirstInFirstOut()
        return known is PriorityFirst ? (try? PriorityFirst(priorities)) ?? known : known
    }

    /// How many numbers there are for slots, or for places on the table of a rendezvous.
    var slotNumbers: Int { capacity == 0 ? EngineState.tablePlaces : capacity }

    /// The programs that events can name, as the kernel numbers them.
    var library: [ProgramPair] {
        if capacity == 0 { return [programs] }
        return ProgramCatalog.all.contains(programs)
            ? ProgramCatalog.all : [programs] + ProgramCatalog.all
    }
}
