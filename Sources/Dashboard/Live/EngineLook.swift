import Core

/// Turns what an observer sees into what the model takes: lines, rows, numbers, what is wrong.
final class EngineLook {
    private let watched: Watched
    private let observer: Observer
    private var reader: EventReader
    private var file: LogWriter?
    private var times = TimesReading()
    private var remark: RecordingRemark

    /// More lines than that in one frame nobody can read; the rest is counted.
    private static let budget = 64
    private static let rowLimit = 64

    /// - Parameters:
    ///   - watched: Whose engine.
    ///   - file: Where the log is written to as well.
    ///   - isLate: Whether it begins with the present, because nobody looked on before.
    init(_ watched: Watched, file: LogWriter?, isLate: Bool = false) {
        self.watched = watched
        self.file = file
        remark = RecordingRemark(keepsHistory: watched.settings.kernel.history > 0)
        observer = Observer(watched.engine, budget: file == nil ? Self.budget : HeadlessLoop.budget)
        if isLate { _ = observer.look() }
        reader = EventReader(
            from: observer.state,
            isStrict: watched.isStrict,
            nameOfDevice: watched.nameOfDevice,
            wallClock: watched.wallClock
        )
        guard isLate, observer.state.number > 0 else { return }
        let text = "the log begins at event \(observer.state.number); ← goes back before it"
        reader.remark(text, at: watched.clock.now)
    }

    /// The last event that was seen.
    var number: UInt64 { observer.state.number }

    /// Catches up with the engine.
    ///
    /// - Parameter filter: Of which devices, when not all are wanted.
    /// - Returns: What is new.
    func look(_ filter: Filter? = nil) -> Look {
        var peaks: [OccupancySecond] = []
        let missed = observer.look { event, state in
            file?.add(event, before: state)
            reader.read(event, before: state)
            peaks.note(reader.state.occupied, at: event.time)
        }
        if missed > 0 {
            reader.skip(to: observer.state, missed: missed, at: watched.clock.now)
            file?.addGap(missed, to: observer.state)
        }
        let now = watched.clock.now
        let delay = watched.engine.recordingDelay.time
        if let text = remark.text(delay, missed: missed, at: now) {
            reader.remark(text, at: now)
        }
        for text in watched.takeRemarks() {
            reader.remark(text, at: now)
            file?.add(remark: text, at: now)
        }
        let deeds = watched.chaos.takeDone()
        for text in deeds {
            reader.remark(text, at: now)
            file?.add(remark: text, at: now)
        }
        file?.flush()
        peaks.note(observer.state.occupied, at: now)
        return Look(
            state: observer.state,
            now: now,
            peaks: peaks,
            lines: reader.takeLines(),
            devices: devices(filter),
            counters: watched.counters(),
            waitingInInbox: watched.waitingInInbox(),
            times: times.rows(at: now) { watched.engine.ledger.jobTimes },
            verdict: reader.verdict,
            moment: reader.moment,
            newFaults: reader.takeNewFaults(),
            armedDeed: watched.chaos.armed,
            deeds: deeds,
            chart: reader.chart(at: now),
            figures: reader.figures(at: now),
            watchers: watched.watchers(),
            registered: watched.registered()
        )
    }

    /// Those with the most CPU time; with a filter also those further down that pass it.
    private func devices(_ filter: Filter?) -> [DeviceRow] {
        let leaders = watched.engine.ledger.top(Self.rowLimit)
        guard let filter, !filter.isEmpty else { return leaders.map(row) }
        let known = Set(leaders.map(\.device))
        let others = watched.engine.ledger.all.filter { !known.contains($0.device) }.map(row)
            .filter { filter.matches($0.name) }
        return leaders.map(row) + others.sorted { $0.cpuTime > $1.cpuTime }
    }

    private func row(_ entry: Ledger.Entry) -> DeviceRow {
        DeviceRow(
            name: watched.nameOfDevice(entry.device),
            cpuTime: entry.cpuTime,
            jobs: entry.jobs
        )
    }
}
