import Core
import TerminalUI

/// Draws the client's model: the server above, then the own jobs, in one column that fits any size.
enum ClientScreen {
    private static let labelWidth = 7
    /// From here on jobs are numbered.
    private static let numbersFrom = 36
    private static let nameWidth = 14
    /// The list of jobs is worth its rule from here on.
    private static let leastList = 3

    static func draw(_ model: ClientModel) -> CellBuffer {
        var frame = CellBuffer(width: model.size.width, height: model.size.height)
        let (title, rest) = frame.bounds.splitTop(1)
        let (body, keys) = rest.splitBottom(rest.height > 3 ? 1 : 0)
        drawTitle(model, into: &frame, area: title)
        drawKeys(into: &frame, area: keys)
        if model.isHelpShown {
            drawHelp(into: &frame, area: body)
        } else {
            let facts = Fact.shown(model, rows: body.height - leastList - 1)
            let (top, list) = body.splitTop(facts.count)
            for (row, fact) in facts.enumerated() {
                drawFact(fact, model, into: &frame, area: top, y: top.y + row)
            }
            drawJobs(model, into: &frame, area: list)
        }
        return frame
    }

    private static func drawTitle(
        _ model: ClientModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let rate = model.look.rate
        let state = model.look.isPaused ? "PAUSED" : "RUNNING"
        let right = firstFitting(["\(state) \(rate)", state], in: area.width - 1)
        let room = area.width - displayWidth(of: right) - 3
        let left = firstFitting(
            ["signalbox-device  \(model.setup.endpoint)", model.setup.endpoint],
            in: room
        )
        frame.fill(area, character: " ", style: .title)
        frame.write(left, x: area.x + 1, y: area.y, style: .title, in: area)
        frame.writeRight(
            right + " ",
            x: area.x,
            y: area.y,
            style: model.look.isPaused ? .titlePaused : .titleRunning,
            width: area.width,
            in: area
        )
    }

    // MARK: - Facts

    /// A line above the list.
    private enum Fact: Int {
        case server, semaphores, jobs, times, progress

        private static let importance: [Fact] = [.jobs, .server, .semaphores, .times, .progress]

        /// As many as there is room for, the most important; in their order.
        static func shown(_ model: ClientModel, rows: Int) -> [Fact] {
            let all = importance.filter { fact in
                switch fact {
                case .semaphores: model.counts != nil
                case .progress: model.setup.plannedJobs != nil
                case .server, .jobs, .times: true
                }
            }
            return all.prefix(max(1, rows)).sorted { $0.rawValue < $1.rawValue }
        }

        var label: String {
            switch self {
            case .server: "server"
            case .semaphores: "units"
            case .jobs: "jobs"
            case .times: "times"
            case .progress: "plan"
            }
        }
    }

    private static func drawFact(
        _ fact: Fact,
        _ model: ClientModel,
        into frame: inout CellBuffer,
        area: Rect,
        y: Int
    ) {
        let x = area.x + 1 + labelWidth
        frame.write(fact.label, x: area.x + 1, y: y, style: .label, in: area)
        let room = area.maxX - x - 1
        switch fact {
        case .server: drawBuffer(model.counts, into: &frame, x: x, y: y, room: room)
        case .progress:
            let (done, all) = (model.finished, model.setup.plannedJobs ?? 0)
            let fraction = all == 0 ? 1 : Double(done) / Double(all)
            drawBar(fraction, "\(done) of \(all)", into: &frame, x: x, y: y, room: room)
        case .semaphores, .jobs, .times:
            let text = firstFitting(texts(fact, model), in: room)
            let isAlarm = fact == .jobs && model.look.unanswered + model.look.failed > 0
            frame.write(text, x: x, y: y, style: isAlarm ? .alarm : .value, in: area)
        }
    }

    private static func drawBuffer(
        _ counts: BufferCounts?,
        into frame: inout CellBuffer,
        x: Int,
        y: Int,
        room: Int
    ) {
        guard let counts else {
            frame.write(clipped("no status", to: room), x: x, y: y, style: .faint)
            return
        }
        let fraction =
            counts.capacity == 0 ? 0 : Double(counts.depth) / Double(counts.capacity)
        let text = "\(counts.depth) of \(counts.capacity)"
        drawBar(fraction, text, into: &frame, x: x, y: y, room: room)
    }

    private static func drawBar(
        _ fraction: Double,
        _ text: String,
        into frame: inout CellBuffer,
        x: Int,
        y: Int,
        room: Int
    ) {
        let bar = Bar.draw(
            fraction: fraction,
            width: min(30, room - displayWidth(of: text) - 1)
        )
        let end = frame.write(bar.filled, x: x, y: y, style: .bar)
        let next = frame.write(bar.empty, x: end, y: y, style: .barEmpty)
        let gap = next > x ? 1 : 0
        frame.write(clipped(text, to: room), x: next + gap, y: y, style: .value)
    }

    /// The longest first.
    private static func texts(_ fact: Fact, _ model: ClientModel) -> [String] {
        let look = model.look
        switch fact {
        case .semaphores:
            guard let counts = model.counts else { return [] }
            let units = "empty \(counts.empty)  full \(counts.full)"
            return [
                "\(units)  waiting: \(counts.waitingPut) to put, \(counts.waitingTake) to take",
                "\(units)  wait \(counts.waitingPut) put \(counts.waitingTake) take", units,
            ]
        case .jobs:
            let failed = look.failed > 0 ? ["\(look.failed) could not be sent"] : []
            guard model.setup.waitsForReplies else {
                let parts = ["\(look.waiting) to send", "\(look.sent) sent"] + failed
                return [parts.joined(separator: ", ")]
            }
            let (waiting, sent, replied) = (look.waiting, model.awaited, look.replied)
            let lost = look.unanswered + look.failed
            let parts =
                ["\(waiting) waiting to be sent", "\(sent) sent", "\(replied) replied"]
                + ["\(look.unanswered) unanswered"] + failed
            return [
                parts.joined(separator: ", "),
                "\(waiting) to send, \(sent) sent, \(replied) replied, \(lost) lost",
                "\(waiting) to send, \(sent) sent, \(replied) ok, \(lost) lost",
                "\(waiting) wait \(sent) sent \(replied) ok \(lost) lost",
            ]
        case .times:
            let asked = "\(look.cpuTime) s of CPU time asked"
            guard let mean = look.meanReplyTime else { return [asked, "\(look.cpuTime) s CPU"] }
            let longest = ReportLine.time(look.longestReplyTime)
            return [
                "reply mean \(ReportLine.time(mean)), longest \(longest); \(asked)",
                "\(ReportLine.time(mean)) mean, \(look.cpuTime) s CPU",
            ]
        case .server, .progress: return []
        }
    }

    // MARK: - Jobs

    private static func drawJobs(
        _ model: ClientModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let (rule, list) = area.splitTop(area.height > leastList ? 1 : 0)
        frame.fill(rule, character: "─", style: .border)
        frame.write(" Own jobs, newest first ", x: rule.x + 1, y: rule.y, style: .label, in: rule)
        for (row, job) in model.look.jobs.reversed().prefix(list.height).enumerated() {
            let y = list.y + row
            let isWide = list.width >= numbersFrom
            var x = list.x + 1
            if isWide {
                frame.writeRight(
                    "#\(job.number)",
                    x: list.x,
                    y: y,
                    style: .faint,
                    width: 7,
                    in: list
                )
                x += 7
            }
            let width = isWide ? nameWidth : nameWidth / 2
            let name = pad(clipped("\(job.device):\(job.cpuTime)", to: width), to: width)
            let text = firstFitting(
                texts(job, model).map { "\(name) \($0)" },
                in: list.maxX - x - 1
            )
            frame.write(text, x: x, y: y, style: style(job.state), in: list)
        }
    }

    private static func texts(_ job: DeviceControl.OwnJob, _ model: ClientModel) -> [String] {
        switch job.state {
        case .sent(let start) where model.setup.waitsForReplies:
            let seconds = (model.now - start).count / 1_000_000
            return ["sent, no reply for \(seconds) s", "sent \(seconds) s ago", "sent"]
        case .sent: return ["sent"]
        case .replied(let time):
            return ["replied after \(ReportLine.time(time))", ReportLine.time(time)]
        case .unanswered: return ["unanswered"]
        case .failed: return ["could not be sent", "not sent"]
        }
    }

    private static func style(_ state: DeviceControl.OwnJob.State) -> Style {
        switch state {
        case .sent: .waiting
        case .replied: .plain
        case .unanswered, .failed: .alarm
        }
    }

    // MARK: - Keys

    private static func drawKeys(into frame: inout CellBuffer, area: Rect) {
        var room = area.width + 1
        let kept = ClientKey.importance.filter { action in
            guard let hint = ClientKey.all.first(where: { $0.action == action })?.hint else {
                return false
            }
            let width = displayWidth(of: hint.keys + hint.text) + 3
            guard width <= room else { return false }
            room -= width
            return true
        }
        var x = area.x + 1
        for row in ClientKey.all {
            guard kept.contains(row.action), let hint = row.hint else { continue }
            x = frame.write(hint.keys, x: x, y: area.y, style: .key, in: area)
            x = frame.write(" \(hint.text)", x: x, y: area.y, style: .faint, in: area) + 2
        }
    }

    private static func drawHelp(into frame: inout CellBuffer, area: Rect) {
        let rows = ClientKey.helpRows
        let labels = rows.map { displayWidth(of: $0.label) }.max() ?? 0
        let hasBox = area.height >= rows.count + 2
        let inner = hasBox ? area.splitTop(rows.count + 2).top.inset() : area
        if hasBox {
            frame.box(
                area.splitTop(rows.count + 2).top,
                title: "Keys",
                style: .borderFocused,
                titleStyle: .strong,
                footer: "any key goes back"
            )
        }
        for (row, line) in rows.enumerated() where row < inner.height {
            let y = inner.y + row
            frame.write(line.label, x: inner.x + 1, y: y, style: .key, in: inner)
            let x = inner.x + labels + 3
            let text = clipped(line.help, to: max(0, inner.maxX - x))
            frame.write(text, x: x, y: y, in: inner)
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(of: text)))
    }

    /// The first text that fits, or the last one, cut.
    private static func firstFitting(_ texts: [String], in width: Int) -> String {
        texts.first { displayWidth(of: $0) <= width }
            ?? clipped(texts.last ?? "", to: max(0, width))
    }
}
