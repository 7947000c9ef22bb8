import Core
import TerminalUI

/// The slots: which jobs wait, in the order in which they will leave; how full; how full it was.
enum BufferPane: Pane {
    static let kind = PaneKind.buffer

    static func title(_ model: DashboardModel) -> String {
        let state = model.shown.state
        if state.isRendezvous { return "Rendezvous: no slots" }
        let name = "Buffer \(state.occupied)/\(state.capacity)"
        return showsIndices(model) ? "\(name)  in \(state.nextIn)  out \(state.nextOut)" : name
    }

    /// Only there two threads can read the same index.
    static func showsIndices(_ model: DashboardModel) -> Bool {
        model.shown.state.programs.producer.statements.contains(.insertPart(.readIndex))
    }

    static func footer(_ model: DashboardModel, height: Int) -> String? {
        let state = model.shown.state
        let damage = [(state.lost, "lost"), (state.doubled, "doubled")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        guard damage.isEmpty else { return "jobs: " + damage.joined(separator: ", ") }
        let kept = state.threads.count { $0.keptSlot != nil }
        guard kept == 0 else { return "\(kept) kept for jobs in hand" }
        let waiting = model.shown.waitingInInbox
        return waiting > 0 ? "\(waiting) received, not yet produced" : nil
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        guard !area.isEmpty else { return }
        if model.shown.state.isRendezvous { return drawMeetings(model, into: &frame, area: area) }
        if model.isZoomed, drawSlots(model, into: &frame, area: area) { return }
        let (jobs, below) = area.splitTop(max(1, min(area.height - 2, jobRows(model, area))))
        drawJobs(model, into: &frame, area: jobs)
        let (bar, history) = below.splitTop(1)
        drawBar(model, into: &frame, area: bar)
        drawHistory(model, into: &frame, area: history.splitTop(Self.historyRows).top)
    }

    static func drawCompact(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        var x = frame.write(title(model), x: area.x + 1, y: area.y, style: .label, in: area) + 1
        if model.shown.state.isRendezvous {
            return drawMeetings(model, into: &frame, area: area.splitLeft(x - area.x).rest)
        }
        let width = min(10, max(0, area.maxX - x))
        let bar = Bar.draw(fraction: fraction(model), width: width)
        x = frame.write(bar.filled, x: x, y: area.y, style: .bar, in: area)
        x = frame.write(bar.empty, x: x, y: area.y, style: .barEmpty, in: area)
        guard area.maxX - x >= 2 * Self.usualJobWidth else { return }
        drawJobs(model, into: &frame, area: area.splitLeft(x - area.x).rest)
    }

    private static func fraction(_ model: DashboardModel) -> Double {
        Double(model.shown.state.occupied) / Double(model.shown.state.capacity)
    }
}

// MARK: - Jobs

extension BufferPane {
    /// Such as `12:3.5` and a space.
    private static let usualJobWidth = 6

    /// As many rows as the full buffer usually takes, so that nothing moves when it fills.
    private static func jobRows(_ model: DashboardModel, _ area: Rect) -> Int {
        let jobs = min(model.shown.state.capacity, EngineState.Limits.slots)
        let perRow = max(1, area.width / usualJobWidth)
        return (jobs + perRow - 1) / perRow
    }

    private static func drawJobs(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let state = model.shown.state
        guard state.occupied > 0 else {
            frame.write("no jobs", x: area.x + 1, y: area.y, style: .faint, in: area)
            return
        }
        // Of a large buffer only some slots are known, and the next job may not be among them.
        let isComplete = state.slots.count == state.occupied
        // A job takes four cells or more, so no more than that can be shown.
        let limit = area.width * area.height / 4 + 1
        let texts = inOrder(model).prefix(limit).enumerated().map { position, slot in
            (isComplete && position == 0 ? "▸" : "") + text(slot, model)
        }
        let (placed, rest) = flow(texts, count: state.occupied, area: area)
        for (position, place) in placed.enumerated() {
            let style: Style = isComplete && position == 0 ? .strong : .plain
            frame.write(place.text, x: place.x, y: place.y, style: style, in: area)
        }
        let hidden = state.occupied - placed.count
        if hidden > 0 {
            frame.write("+\(hidden)", x: rest.x, y: rest.y, style: .faint, in: area)
        }
    }

    /// Such as `3:5`; of a job that has had some of its time, `3:2/5` says what is left of it.
    static func text(_ slot: FilledSlot, _ model: DashboardModel) -> String {
        let job = slot.job
        if let label = model.setup.labelOfJob?(job) { return label }
        let left = slot.workDone == .zero ? "" : "\(job.cpuTime - slot.workDone)/"
        return "\(clipped(model.setup.nameOfDevice(job.device), to: 12)):\(left)\(job.cpuTime)"
    }

    /// Where the texts go, as many as fit; and where there is room to say how many more there are.
    private static func flow(
        _ texts: [String],
        count: Int,
        area: Rect
    ) -> (placed: [(text: String, x: Int, y: Int)], rest: (x: Int, y: Int)) {
        let tail = "+\(count)".count + 1
        let end = area.maxX - 1
        var placed: [(text: String, x: Int, y: Int)] = []
        var (x, y) = (area.x + 1, area.y)
        for (position, text) in texts.enumerated() {
            let width = displayWidth(of: text)
            if x + width > end, x > area.x + 1, y + 1 < area.maxY { (x, y) = (area.x + 1, y + 1) }
            let isLast = position == count - 1
            let room = end - x - (isLast || y + 1 < area.maxY ? 0 : tail)
            // Of a first job that is too long the beginning is better than nothing.
            guard width <= room || placed.isEmpty else { break }
            let shown = clipped(text, to: max(0, room))
            placed.append((shown, x, y))
            x += displayWidth(of: shown) + 1
        }
        return (placed, (x, y))
    }

    /// The jobs as the policy will let them go.
    static func inOrder(_ model: DashboardModel) -> [FilledSlot] {
        let policy = model.setup.policy
        return model.shown.state.slots.map { slot in
            (rank: policy.isInTurns ? slot.turn : policy.rank(of: slot.job), slot: slot)
        }
        .sorted { ($0.rank, $0.slot.job.id) < ($1.rank, $1.slot.job.id) }
        .map(\.slot)
    }
}

// MARK: - How full

extension BufferPane {
    /// Beside bar and history: a number of up to six cells.
    private static let numberWidth = 8
    static let historyRows = 4

    static func drawBar(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let percent = "\(Int((fraction(model) * 100).rounded())) %"
        let bar = Bar.draw(fraction: fraction(model), width: area.width - numberWidth)
        let x = frame.write(bar.filled, x: area.x + 1, y: area.y, style: .bar, in: area)
        frame.write(bar.empty, x: x, y: area.y, style: .barEmpty, in: area)
        frame.writeRight(
            percent,
            x: area.x,
            y: area.y,
            style: .value,
            width: area.width - 1,
            in: area
        )
    }

    /// A column a second, as high as there is room; blank where nobody looked.
    static func drawHistory(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let width = max(0, area.width - numberWidth)
        let capacity = Double(model.shown.state.capacity)
        let history = model.shown.history
        let seen = history.seconds.suffix(width).map { Double($0) / capacity }
        // Before the start there was nothing in it. Drawn so, a still buffer's history stands still.
        let before = history.reachesStart ? width - seen.count : 0
        let values = [Double](repeating: 0, count: before) + seen
        for (row, text) in Sparkline.rows(values: values, width: width, height: area.height)
            .enumerated()
        {
            frame.write(text, x: area.x + 1, y: area.y + row, style: .history, in: area)
        }
        guard !area.isEmpty else { return }
        frame.writeRight(
            "\(width) s",
            x: area.x,
            y: area.maxY - 1,
            style: .faint,
            width: area.width - 1,
            in: area
        )
    }
}
