/// A guided walk on a buffer of three slots: what each insert and remove does to `empty` and `full`.
///
/// The lines are read off a real engine that is paused and stepped, thread by thread.
package final class StudentWalk {
    private let engine: Engine
    private let source = Inbox(capacity: 4)

    /// What is done, in order; the last one cannot be.
    private static let plan: [Program.Role] = [
        .producer, .producer, .consumer, .producer, .consumer, .consumer, .consumer,
    ]
    private static let width = 13

    package init() {
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        settings.startsPaused = true
        settings.reply = .none
        engine = Engine(settings, source: source, replies: NoReplies(), clock: ManualClock())
    }

    /// The walk in lines of text: a heading, a row for the start and for each step.
    package func lines() -> [String] {
        let jobs = Self.plan.filter { $0 == .producer }.map { _ in
            QueuedJob(Job(device: .other, cpuTime: .seconds(1)), arrival: .zero)
        }
        _ = jobs.withUnsafeBufferPointer { source.put($0, as: Parker()) }
        engine.start()
        defer { engine.stop() }
        var lines = [
            "A buffer of 3 slots. A producer waits for empty, a consumer waits for full.", "",
            Self.row("step", "empty", "full", "buffer"), row("start"),
        ]
        for role in Self.plan { lines.append(walk(role)) }
        return lines
    }

    /// Lets the thread of this role go once through its program, or as far as it can.
    private func walk(_ role: Program.Role) -> String {
        let verb = role == .producer ? "insert" : "remove"
        guard let id = activity(role)?.id else { return row(verb) }
        var number: UInt64?
        repeat {
            guard case .permitted = engine.gate.step(id),
                let thread = engine.kernel.snapshot()[id]
            else { break }
            number = thread.job?.id ?? number
            if case .blocked(let place) = thread.phase { return row(verb) + blocked(thread, place) }
        } while activity(role)?.line != 0
        return row(number.map { "\(verb) \($0)" } ?? verb)
    }

    private func blocked(_ thread: ThreadActivity, _ place: WaitingPlace) -> String {
        guard case .semaphore(let name) = place else { return "" }
        let value = engine.kernel.snapshot()[name].value
        return "   this would block: \(thread.name) waits for \(name), which is \(value)"
    }

    private func activity(_ role: Program.Role) -> ThreadActivity? {
        engine.kernel.snapshot().threads.first { $0.role == role }
    }

    private func row(_ step: String) -> String {
        let state = engine.kernel.snapshot()
        let slots = (0..<state.capacity).map { number in
            state.slots.first { $0.number == number }.map { "\($0.job.id)" } ?? "-"
        }
        let (empty, full) = (state[.empty].value, state[.full].value)
        return Self.row(step, "\(empty)", "\(full)", slots.joined(separator: " "))
    }

    private static func row(_ cells: String...) -> String {
        cells.dropLast().reduce("") { line, cell in
            line + cell + String(repeating: " ", count: max(1, width - cell.count))
        } + (cells.last ?? "")
    }
}

private struct NoReplies: ReplySender {
    func send(_ ticket: ReplyTicket) {}
    func forget(_ ticket: ReplyTicket) {}
}
