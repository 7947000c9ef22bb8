import Core

/// Turns what an observer sees into what the model takes: lines, rows, numbers.
final class EngineLook {
    private let watched: Watched
    private let observer: Observer
    private let sentences: Sentences
    private let wallClock: WallClock
    private var file: LogWriter?
    private var times = TimesReading()

    /// More lines than that in one frame nobody can read; the rest is counted.
    private static let budget = 64
    private static let rowLimit = 64

    init(_ watched: Watched, file: LogWriter?) {
        self.watched = watched
        self.file = file
        observer = Observer(watched.engine, budget: file == nil ? Self.budget : HeadlessLoop.budget)
        sentences = watched.sentences
        wallClock = WallClock(watched.clock)
    }

    /// The last event that was seen.
    var number: UInt64 { observer.state.number }

    /// Catches up with the engine.
    func look() -> Look {
        var lines: [LogLine] = []
        let missed = observer.look { event, state in
            file?.add(event, before: state)
            // Whoever steps wants to see every statement.
            guard !event.fact.isRoutine || state.isPaused else { return }
            lines.append(line(event, state))
        }
        if missed > 0 { lines.append(gap(missed)) }
        if missed > 0 { file?.addGap(missed, before: number) }
        file?.flush()
        return Look(
            state: observer.state,
            now: watched.clock.now,
            lines: lines,
            devices: watched.engine.ledger.top(Self.rowLimit).map { entry in
                DeviceRow(
                    name: watched.nameOfDevice(entry.device),
                    cpuTime: entry.cpuTime,
                    jobs: entry.jobs
                )
            },
            counters: watched.counters(),
            waitingInInbox: watched.waitingInInbox(),
            times: times.rows(at: watched.clock.now) { watched.engine.ledger.jobTimes }
        )
    }

    private func line(_ event: Event, _ state: EngineState) -> LogLine {
        LogLine(
            number: state.number + 1,
            time: wallClock.time(at: event.time),
            text: sentences.sentence(for: event, before: state),
            kind: event.fact.isWaiting ? .waiting : event.thread == nil ? .control : .ordinary
        )
    }

    private func gap(_ count: UInt64) -> LogLine {
        LogLine(
            number: number,
            time: wallClock.time(at: watched.clock.now),
            text: "+\(count) events not shown: the engine is faster than this screen",
            kind: .gap
        )
    }
}

extension Event.Fact {
    fileprivate var isWaiting: Bool {
        switch self {
        case .blocked, .timedOut, .waitedCondition: true
        default: false
        }
    }
}
