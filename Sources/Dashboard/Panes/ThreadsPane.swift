import Core
import TerminalUI

/// The threads, each with the statement it is at and what that means.
enum ThreadsPane: Pane {
    static let kind = PaneKind.threads

    static func title(_ model: DashboardModel) -> String { "Threads" }

    static func footer(_ model: DashboardModel, height: Int) -> String? {
        let state = model.shown.state
        let rows = model.shown.threads.count
        let unknown = state.threadCount - state.threads.count
        let hidden = unknown + rowsBelow(model, rows: rows, height: height)
        let resting = state.threads.count { $0.isResting }
        let facts = [
            hidden > 0 ? "\(hidden) more" : nil,
            resting > 0 ? "\(resting) \(resting == 1 ? "agent rests" : "agents rest")" : nil,
        ].compactMap { $0 }
        return facts.isEmpty ? nil : facts.joined(separator: ", ")
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let threads = model.shown.threads
        let first = firstRow(model, rows: threads.count, height: area.height)
        let nameWidth = max(2, threads.map(\.name.count).max() ?? 0)
        let jobWidth = model.isZoomed && area.width >= widthWithJobs ? Self.jobWidth : 0
        for (line, thread) in threads.dropFirst(first).prefix(area.height).enumerated() {
            let row = Rect(x: area.x, y: area.y + line, width: area.width, height: 1)
            let (main, right) = row.splitRight(jobWidth)
            draw(thread, model, nameWidth: nameWidth, into: &frame, row: main)
            drawJob(thread, model, into: &frame, row: right)
            if model.focus == kind && first + line == model.cursor(kind) {
                frame.restyle(row, .selected)
            }
        }
    }

    /// Zoomed, each thread has its line in the program and the job in its hand.
    private static let jobWidth = 36
    private static let widthWithJobs = 76

    private static func drawJob(
        _ thread: ThreadActivity,
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        let count = model.shown.state.programs.program(for: thread.role).statements.count
        let place = "line \(thread.line + 1) of \(count)"
        let job = thread.job.map { job in
            "job \(job.id), \(clipped(model.setup.nameOfDevice(job.device), to: 10)):\(job.cpuTime)"
        }
        frame.write(place, x: row.x + 1, y: row.y, style: .faint, in: row)
        frame.write(job ?? "no job in hand", x: row.x + 16, y: row.y, style: .faint, in: row)
    }

    /// The longest statement of the textbook's programs, `execute 12:3.5`, and a space.
    private static let statementWidth = 15

    private static func draw(
        _ thread: ThreadActivity,
        _ model: DashboardModel,
        nameWidth: Int,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        let style = self.style(thread, model.shown.state)
        let statementStart = row.x + nameWidth + 2
        let room = row.maxX - statementStart
        let client = thread.isAgent ? model.setup.clientOfAgent(thread.ordinal) : ""
        let texts = activity(thread, model.shown).withClient(client, thread)
        // A statement with a long name moves its own row's activity aside, where that still fits.
        let spare = room - (texts.first.map(displayWidth) ?? 0) - 1
        let statement = statement(thread, model, room: max(statementWidth - 1, spare))
        let activityStart = statementStart + max(statementWidth, displayWidth(of: statement) + 1)
        frame.write(thread.name, x: row.x + 1, y: row.y, style: .label, in: row)
        frame.write(
            statement,
            x: statementStart,
            y: row.y,
            style: style,
            in: row
        )
        frame.write(
            firstFitting(texts, in: max(0, row.maxX - activityStart)),
            x: activityStart,
            y: row.y,
            style: style,
            in: row
        )
    }

    private static func style(_ thread: ThreadActivity, _ state: EngineState) -> Style {
        switch thread.phase {
        case .blocked: .waiting
        case .executing: .running
        case .awaitingJobs, .ended: .faint
        case .ready: state[.mutex].owner == thread.id ? .critical : .plain
        }
    }

    /// The statement, with the job that it executes; of both the device's name is cut first.
    private static func statement(
        _ thread: ThreadActivity,
        _ model: DashboardModel,
        room: Int
    ) -> String {
        let program = model.shown.state.programs.program(for: thread.role)
        // A job in hand when the program changed is executed before the first line.
        let statement: Statement =
            if case .executing = thread.phase, !program.statements[thread.line].isExecution {
                .execute
            } else {
                program.statements[thread.line]
            }
        guard statement.isExecution, let job = thread.job else {
            return clipped("\(statement)", to: room)
        }
        if let label = model.setup.labelOfJob?(job) {
            return clipped("\(statement) \(label)", to: room)
        }
        let (before, after) = ("\(statement) ", ":\(job.cpuTime)")
        let name = clipped(
            model.setup.nameOfDevice(job.device),
            to: max(2, room - before.count - after.count)
        )
        return clipped(before + name + after, to: room)
    }

    /// What it means, at length and in short.
    private static func activity(_ thread: ThreadActivity, _ picture: Picture) -> [String] {
        let state = picture.state
        switch thread.phase {
        case .blocked: return lasting("blocked", thread, picture)
        case .executing: return progress(thread, picture)
        case .awaitingJobs:
            return lasting("waits for a job", thread, picture) + lasting("no job", thread, picture)
        case .ended: return thread.wasKilled ? ["killed, x revives it", "killed"] : ["ended"]
        case .ready:
            if state[.mutex].owner == thread.id { return ["critical section", "critical"] }
            return [state.isPaused ? "ready" : "running"]
        }
    }

    private static func lasting(
        _ word: String,
        _ thread: ThreadActivity,
        _ picture: Picture
    ) -> [String] {
        ["\(word) \(Span.coarse(picture.now - thread.since))", word]
    }

    /// Such as `2.4 of 5 s`.
    private static func progress(_ thread: ThreadActivity, _ picture: Picture) -> [String] {
        guard let job = thread.job, let done = picture.workDone(thread) else { return [] }
        let tenths = min(done, job.cpuTime).count / 100_000
        let text = "\(tenths / 10).\(tenths % 10)"
        let slow = thread.isSlow ? ["\(text) of \(job.cpuTime) s, slow", "\(text), slow"] : []
        return slow + ["\(text) of \(job.cpuTime) s", "\(text) s", text]
    }
}

extension [String] {
    /// The longest also says whom an agent stands for, where it fits. Of one that waits, who it is
    /// says more than how long: that it waits is seen.
    fileprivate func withClient(_ client: String, _ thread: ThreadActivity) -> [String] {
        guard let longest = first, !client.isEmpty else { return self }
        let alone: [String] = if case .blocked = thread.phase { [client] } else { [] }
        return ["\(longest) for \(client)"] + alone + self
    }
}

extension Picture {
    /// Threads and agents, without those agents behind whom nobody stands.
    var threads: [ThreadActivity] { state.threads.filter { !$0.isResting } }

    /// How much of its job a thread has done by now; `nil` when it executes none.
    func workDone(_ thread: ThreadActivity) -> Microseconds? {
        guard case .executing(let done, let at) = thread.phase else { return nil }
        guard !state.isPaused, !state.rate.isMaximum else { return done }
        return done + state.rate.work(in: now - at, slowed: thread.isSlow)
    }
}
