import Core

/// Everything about the engine that a frame shows; a frozen picture is one that is kept.
struct Picture {
    var state: EngineState
    /// The engine's time when the picture was taken.
    var now = Microseconds.zero
    var log = EventLog()
    var history = OccupancyHistory()
    /// The devices with the most CPU time, the most first.
    var devices: [DeviceRow] = []
    var counters = ReceiverCounters()
    var waitingInInbox = 0
    /// Who watches from other terminals.
    var watchers: [WatcherRow] = []
    /// Response, waiting and turnaround time; empty while no job is done.
    var times: [TimeRow] = []
    /// What consumers executed, and when.
    var chart = GanttChart(bars: [], consumers: [])
    /// What the queue was like; `nil` where nobody can execute a job.
    var figures: QueueFigures?
    /// What happened last, while it was paused or in the past.
    var moment: Moment?
    /// What is wrong, the most serious.
    var verdict: Verdict?
    /// How much was refused over the network within the last minute.
    var refusedLately = 0
}

/// One event, told beside the programs.
struct Moment: Equatable {
    let number: UInt64
    let text: String
    /// Who moved.
    let thread: ThreadID?
}

struct LogLine: Equatable {
    /// The event's number; that of the snapshot, for a gap.
    let number: UInt64
    /// The time of day.
    let time: String
    let text: String
    let kind: Kind

    enum Kind {
        case ordinary
        /// Somebody has to wait.
        case waiting
        case control
        /// Events that were not written down.
        case gap
    }
}

/// One of the times by which schedules are judged, over all jobs executed.
struct TimeRow: Equatable {
    let name: String
    let mean: Microseconds
    let median: Microseconds
    /// 99 of 100 jobs took no longer.
    let slowest: Microseconds
}

struct DeviceRow: Equatable {
    let name: String
    let cpuTime: Microseconds
    let jobs: UInt64
    var id = DeviceID.other
    /// What was set for it from the keyboard.
    var rules = RoomGuard.Rules()
    /// From where it was heard last, where that is known.
    var address: SocketAddress?

    /// Whose row it is; a watcher's screen knows only the name.
    struct Identity: Equatable {
        let id: DeviceID
        let name: String
    }

    var identity: Identity { Identity(id: id, name: name) }
}
