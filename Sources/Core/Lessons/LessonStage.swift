/// Where a lesson is played: an engine that stands still unless it is stepped or told to run.
///
/// There are two: a rehearsal in virtual time, for checking, and the dashboard's live engine.
package protocol LessonStage: AnyObject {
    /// The engine now.
    var state: EngineState { get }
    var now: Microseconds { get }
    /// What has happened so far that no state tells.
    var record: StageRecord { get }
    /// The mean of one of the times, over all jobs done; `nil` while there is none.
    func mean(_ time: Condition.Time) -> Microseconds?
    /// Whether time is virtual. Where people read meanwhile, times are told and not judged.
    var isRehearsal: Bool { get }
    /// The number of the device of this name.
    func device(named name: String) -> DeviceID
    func name(of device: DeviceID) -> String

    /// A device sends a job, after so long.
    func send(_ job: Job, after delay: Microseconds)
    /// One statement; `nil` lets the seed choose whose.
    func step(_ id: ThreadID?) -> Kernel.StepAnswer
    /// Lets the threads run until then, or until nothing moves (`nil`), and pauses them.
    ///
    /// - Returns: `false` while they still run: ask again.
    func run(until time: Microseconds?) -> Bool
    /// Every thread begins this program of the state's library.
    func changeProgram(to index: Int) -> Bool
    func setRate(_ rate: Rate)
}

/// What the events of a lesson's engine add up to.
package struct StageRecord: Sendable {
    /// Whose job was finished, in this order.
    package private(set) var finished: [DeviceID] = []
    private var watch: FaultWatch

    package init(isStrict: Bool) {
        watch = FaultWatch(isStrict: isStrict)
    }

    /// What is wrong now.
    package var faults: [Fault] { watch.present }

    /// Takes note of one event.
    package mutating func note(_ event: Event, before: EngineState, after: EngineState) {
        _ = watch.note(event, before: before, after: after)
        if case .executionFinished(let device?, _) = event.fact { finished.append(device) }
    }

    /// Goes on from a state, because the events that led to it were not written down.
    package mutating func skip(to state: EngineState) {
        _ = watch.see(state)
    }
}

extension EngineState {
    /// Whether no thread can do anything by itself any more.
    var standsStill: Bool { movers.isEmpty }

    /// The threads that can do something by themselves; a time-out is something.
    var movers: [ThreadActivity] {
        threads.filter { thread in
            switch thread.phase {
            case .ready, .executing: return true
            case .awaitingJobs, .ended: return false
            case .blocked:
                guard case .wait(_, _?) = programs.statement(of: thread) else { return false }
                return true
            }
        }
    }
}
