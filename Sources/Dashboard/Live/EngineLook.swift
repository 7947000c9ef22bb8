import Core

/// Turns what an observer sees into what the model takes: lines, rows, numbers, what is wrong.
final class EngineLook {
    private let watched: Watched
    private let observer: Observer
    private var reader: EventReader
    private var file: LogWriter?
    private var times = TimesReading()
    private var remark: RecordingRemark
    private var remarks: [String] = []

    /// More lines than that in one frame nobody can read; the rest is counted.
    private static let budget = 64
    private static let rowLimit = 64
    /// Of so many that speak the busiest are found, however many more there are.
    private static let reach = 1024

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

    /// Adds a line to the log with the next look.
    func remark(_ text: String) {
        remarks.append(text)
    }

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
        let own = remarks
        remarks = []
        for text in own + watched.takeRemarks() {
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
            registered: watched.registered(),
            refusedLately: watched.room?.book.lastMinute ?? 0
        )
    }

    /// Those with the most CPU time, then others that speak; with a filter also those further down
    /// that pass it.
    private func devices(_ filter: Filter?) -> [DeviceRow] {
        let leaders = watched.engine.ledger.top(Self.rowLimit)
        guard let filter, !filter.isEmpty else {
            let rows = leaders + speaking(beside: leaders, of: Self.reach).prefix(Self.rowLimit)
            return (rows + marked(rows)).map(row)
        }
        let executed = watched.engine.ledger.all
        let known = Set(leaders.map(\.device))
        let others = (executed + speaking(beside: executed, of: .max))
            .filter { !known.contains($0.device) }
            .filter { filter.matches(watched.nameOfDevice($0.device)) }.map(row)
        return leaders.map(row) + others.sorted { $0.cpuTime > $1.cpuTime }
    }

    /// Whoever holds a place without a job that ended can be told to be silent, too.
    private func speaking(beside known: [Ledger.Entry], of reach: Int) -> [Ledger.Entry] {
        let known = Set(known.map(\.device))
        let devices = watched.engine.backlog?.devices(beside: known, of: reach) ?? []
        return watched.engine.ledger.entries(of: devices)
    }

    /// Whoever is muted or limited must be there to be let go again.
    private func marked(_ shown: [Ledger.Entry]) -> [Ledger.Entry] {
        let known = Set(shown.map(\.device))
        let others = watched.room?.guarding.marked.filter { !known.contains($0) } ?? []
        guard !others.isEmpty else { return [] }
        let entries = watched.engine.ledger.all.filter { others.contains($0.device) }
        let silent = Set(others).subtracting(entries.map(\.device))
        return entries.sorted { $0.cpuTime > $1.cpuTime }
            + silent.sorted { $0.index < $1.index }
            .map { Ledger.Entry(device: $0, cpuTime: .zero, jobs: 0) }
    }

    private func row(_ entry: Ledger.Entry) -> DeviceRow {
        DeviceRow(
            name: watched.nameOfDevice(entry.device),
            cpuTime: entry.cpuTime,
            jobs: entry.jobs,
            id: entry.device,
            rules: watched.room?.guarding.rules(of: entry.device) ?? RoomGuard.Rules(),
            address: watched.room?.guarding.address(of: entry.device)
        )
    }
}
