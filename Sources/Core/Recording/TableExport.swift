/// A timeline's events as a table of comma-separated values, one row each.
///
/// Source: RFC 4180. Beyond it, a text that a spreadsheet would take for a formula gets an apostrophe
/// before it, because devices choose their names.
package struct TableExport {
    private let timeline: Timeline
    private let nameOfDevice: (DeviceID) -> String

    package init(_ timeline: Timeline, nameOfDevice: @escaping (DeviceID) -> String) {
        self.timeline = timeline
        self.nameOfDevice = nameOfDevice
    }

    /// The names of the columns.
    package static let columns = [
        "number", "seconds", "thread", "event", "job", "device", "cpu_seconds", "slot",
        "semaphore", "value_after", "other_thread", "line", "filled_after",
    ]

    /// As much is written at once.
    private static let pieceLength = 60_000

    /// Writes the whole table.
    ///
    /// - Parameter write: Takes the text in pieces of whole lines, and says whether to go on.
    /// - Returns: Whether all of it was taken.
    @discardableResult
    package func write(_ write: (String) -> Bool) -> Bool {
        var text = Self.columns.joined(separator: ",") + "\r\n"
        var isTaken = true
        timeline.walk(from: timeline.firstNumber + 1, to: timeline.lastNumber) { event, before in
            guard isTaken else { return }
            text += row(event, before) + "\r\n"
            guard text.utf8.count > Self.pieceLength else { return }
            isTaken = write(text)
            text = ""
        }
        return isTaken && (text.isEmpty || write(text))
    }

    // MARK: - Rows

    private func row(_ event: Event, _ before: EngineState) -> String {
        var after = before
        after.apply(event)
        var cells = Cells()
        // The job is in hand before the event that ends it, and after the one that begins it.
        let job = event.thread.flatMap { before[$0]?.job ?? after[$0]?.job }
        fill(&cells, event.fact, job, after)
        let fields = [
            "\(after.number)", event.time.description,
            event.thread.map { after.name(of: $0) } ?? "", EventName(event.fact).rawValue,
            cells.job, cells.device, cells.cpuTime, cells.slot, cells.place, cells.value,
            cells.other, cells.line, "\(after.occupied)",
        ]
        return fields.map(Self.field).joined(separator: ",")
    }

    /// What only some events have.
    private struct Cells {
        var job = ""
        var device = ""
        var cpuTime = ""
        var slot = ""
        var place = ""
        var value = ""
        var other = ""
        var line = ""
    }

    private func fill(
        _ cells: inout Cells,
        _ fact: Event.Fact,
        _ job: Job?,
        _ after: EngineState
    ) {
        switch fact {
        case .produced, .executionStarted:
            fill(&cells, job)
        case .inserted(let slot), .removed(let slot):
            fill(&cells, job)
            cells.slot = "\(slot)"
        case .executionFinished(_, let cpuTime):
            fill(&cells, job)
            cells.cpuTime = "\(cpuTime)"
        case .indexRead(let slot), .indexMoved(let slot): cells.slot = "\(slot)"
        case .waited(let name), .blocked(let name), .timedOut(let name):
            fill(&cells, name, nil, after)
        case .signalled(let name, let other): fill(&cells, name, other, after)
        case .handedOver(let name, let other): fill(&cells, name, other, after)
        case .waitedCondition(let name, let other), .notified(let name, let other):
            cells.place = "\(name)"
            cells.other = other.map { after.name(of: $0) } ?? ""
        case .jumped(let line): cells.line = "\(line + 1)"
        case .programChanged: cells.other = after.programs.name
        case .rateChanged(let rate): cells.value = rate.isMaximum ? "max" : "\(rate.times)"
        case .withdrew, .killed: fill(&cells, job)
        case .quantumEnded(let cpuTime):
            fill(&cells, job)
            cells.value = "\(cpuTime)"
        case .putBack(let slot):
            fill(&cells, job)
            cells.slot = "\(slot)"
        case .slowed(let isSlow): cells.value = isSlow ? "slow" : "normal"
        case .threadJoined, .threadEnded, .awaitedJobs, .jobsArrived, .revived, .paused, .resumed,
            .cancelled:
            break
        }
    }

    private func fill(_ cells: inout Cells, _ job: Job?) {
        guard let job else { return }
        cells.job = "\(job.id)"
        cells.device = nameOfDevice(job.device)
        cells.cpuTime = "\(job.cpuTime)"
    }

    private func fill(
        _ cells: inout Cells,
        _ name: SemaphoreName,
        _ other: ThreadID?,
        _ after: EngineState
    ) {
        cells.place = "\(name)"
        cells.value = "\(after[name].value)"
        cells.other = other.map { after.name(of: $0) } ?? ""
    }

    /// The text as a field: quoted where it must be, and never a formula.
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { text = "'" + text }
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
        }
        guard needsQuotes else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
