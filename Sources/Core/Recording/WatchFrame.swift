/// What never changes in a run that is watched, beside the header that recordings have too.
package struct WatchGreeting: Equatable, Sendable {
    /// Rises with each change that an older watcher would misunderstand.
    package static let version = 1

    package let header: RecordingHeader
    /// All programs that the threads can be told to execute, as events name them.
    package let library: [ProgramPair]
    package let producers: Int
    package let consumers: Int
    /// Whose run it is.
    package var mailbox: String
    /// All of the server's mailboxes, as far as it tells of them.
    package var mailboxes: [WatchMailbox] = []

    package init(
        header: RecordingHeader,
        library: [ProgramPair],
        producers: Int,
        consumers: Int,
        mailbox: String
    ) {
        self.header = header
        self.library = library
        self.producers = producers
        self.consumers = consumers
        self.mailbox = mailbox
    }

    /// The state before the first event.
    package var initialState: EngineState {
        EngineState(
            capacity: header.capacity,
            programs: header.programs,
            rate: header.rate,
            library: library
        )
    }
}

/// What a watcher gets at once: what happened since its last frame, and what no event tells.
package struct WatchFrame: Equatable, Sendable {
    /// They follow the last frame without a gap.
    package var events: [Event] = []
    /// Where the run is after the events, where others followed them or the fold cannot know; bounded
    /// as a snapshot is. `nil` where the events have led there.
    package var state: EngineState?
    /// The engine's time.
    package var now = Microseconds.zero
    package var counters = WatchCounters()
    /// The devices with the most CPU time; `nil` where they are as before.
    package var devices: [Ledger.Entry]?
    /// The jobs' times; `nil` where they are as before.
    package var times: [Times]?
    /// For whom agents wait, by the 2 in A2, as far as that is new.
    package var clients: [Int: String] = [:]
    /// How full each of the greeting's mailboxes is; `nil` where that is as before.
    package var mailboxes: [WatchMailbox.Counts]?

    package init() {}

    /// One of the times by which schedules are judged, over all jobs executed.
    package struct Times: Equatable, Sendable {
        package let name: String
        package let mean: Microseconds
        package let median: Microseconds
        /// 99 of 100 jobs took no longer.
        package let slowest: Microseconds

        package init(
            name: String,
            mean: Microseconds,
            median: Microseconds,
            slowest: Microseconds
        ) {
            self.name = name
            self.mean = mean
            self.median = median
            self.slowest = slowest
        }
    }

    /// How much a frame may hold, for both sides.
    package enum Limits {
        /// More events than that in one frame nobody can read; a state follows them instead.
        package static let events = 256
        /// Where more were left out anyway, as many as the screen here would show.
        package static let eventsBeforeGap = 64
        package static let devices = 64
        package static let clients = 64
        package static let times = 8
    }
}

/// What the network has counted, as far as a screen shows it.
package struct WatchCounters: Equatable, Sendable {
    package var waitingInInbox = 0
    package var accepted = 0
    package var refused = 0
    package var droppedBySystem = 0
    package var droppedOnPurpose = 0
    package var doubledOnPurpose = 0
    package var watchers = 0

    package init() {}
}
