/// What each consumer executed, and when: a bar for every stretch of execution.
///
/// Source: Silberschatz, Galvin and Gagne, *Operating System Concepts*, 10th ed., §5.3.1, after
/// H. L. Gantt.
package struct GanttChart: Equatable, Sendable {
    /// One job, executed without a break by one consumer.
    package struct Bar: Equatable, Sendable {
        package let consumer: String
        /// The job's number in the order in which jobs were produced.
        package let job: UInt64
        package let device: DeviceID
        package let start: Microseconds
        package var end: Microseconds

        package init(
            consumer: String,
            job: UInt64,
            device: DeviceID,
            start: Microseconds,
            end: Microseconds
        ) {
            self.consumer = consumer
            self.job = job
            self.device = device
            self.start = start
            self.end = end
        }
    }

    /// In the order in which they began.
    package private(set) var bars: [Bar]
    /// Everybody who has a row, also without a bar, in the order of the rows.
    package let consumers: [String]

    package init(bars: [Bar], consumers: [String]) {
        self.bars = bars
        self.consumers = consumers
    }

    /// When the first bar begins; zero where there is none.
    package var start: Microseconds { bars.first?.start ?? .zero }

    /// When the last bar ends.
    package var end: Microseconds { bars.map(\.end).max() ?? .zero }

    /// Only what happened from this moment on; a bar that began before is cut.
    package func since(_ start: Microseconds) -> GanttChart {
        var chart = self
        chart.bars = bars.filter { $0.end > start }.map { bar in
            Bar(
                consumer: bar.consumer,
                job: bar.job,
                device: bar.device,
                start: max(start, bar.start),
                end: bar.end
            )
        }
        return chart
    }
}

/// Draws up the chart, event by event.
package struct GanttRecord: Sendable {
    private var done: [GanttChart.Bar] = []
    private var running: [ThreadID: GanttChart.Bar] = [:]
    private var consumers: [String] = []
    private let limit: Int

    /// As many bars as nobody reads on one screen.
    package static let usualLimit = 400

    /// - Parameters:
    ///   - state: Where it begins; jobs that are being executed there have begun already.
    ///   - limit: How many bars are kept, the latest.
    package init(from state: EngineState, limit: Int = usualLimit) {
        self.limit = limit
        for thread in state.threads {
            guard case .executing = thread.phase else { continue }
            begin(thread, at: thread.since)
        }
        noteConsumers(state)
    }

    /// Goes on by one event.
    ///
    /// - Parameters:
    ///   - event: The one that happened.
    ///   - before: The state before it.
    package mutating func note(_ event: Event, before: EngineState) {
        guard let id = event.thread else {
            if case .programChanged = event.fact { beginBeforehand(before, at: event.time) }
            return
        }
        switch event.fact {
        case .executionStarted: if let thread = before[id] { begin(thread, at: event.time) }
        case .executionFinished, .quantumEnded, .threadEnded, .killed, .withdrew:
            finish(id, at: event.time)
        case .threadJoined(.consumer, let ordinal, let isAgent):
            consumers.append((isAgent ? "A" : "C") + "\(ordinal)")
        default: break
        }
    }

    /// The chart as it is at this moment.
    package func chart(at now: Microseconds) -> GanttChart {
        let open = running.values.map { bar in
            var bar = bar
            bar.end = max(now, bar.start)
            return bar
        }
        let bars = (done + open).sorted { ($0.start, $0.job) < ($1.start, $1.job) }
        let executing = Set(bars.map(\.consumer))
        // An agent of a remote client takes jobs and executes none.
        let rows = consumers.filter { $0.hasPrefix("C") || executing.contains($0) }
        return GanttChart(bars: bars, consumers: rows)
    }

    private mutating func noteConsumers(_ state: EngineState) {
        consumers = state.threads.filter { $0.role == .consumer }.map(\.name)
    }

    /// No other event tells of jobs that are finished before another program begins.
    private mutating func beginBeforehand(_ state: EngineState, at time: Microseconds) {
        for thread in state.threads where thread.finishesBeforehand { begin(thread, at: time) }
    }

    private mutating func begin(_ thread: ThreadActivity, at time: Microseconds) {
        guard let job = thread.job else { return }
        running[thread.id] = GanttChart.Bar(
            consumer: thread.name,
            job: job.id,
            device: job.device,
            start: time,
            end: time
        )
    }

    private mutating func finish(_ id: ThreadID, at time: Microseconds) {
        guard var bar = running.removeValue(forKey: id) else { return }
        bar.end = time
        done.append(bar)
        // Twice the limit at times, so that forgetting costs little.
        if done.count > 2 * limit { done.removeFirst(done.count - limit) }
    }
}
