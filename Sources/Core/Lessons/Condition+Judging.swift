/// Whether a condition holds, and what is so where it does not.
struct ConditionJudge {
    let stage: any LessonStage
    let bench: LessonBench

    func holds(_ condition: Condition) -> Bool {
        let state = stage.state
        switch condition.kind {
        case .quantity(let quantity, let comparison, let number):
            return comparison.holds(value(of: quantity), number)
        case .waits(let name, let place): return thread(name)?.phase == .blocked(place)
        case .waitsForJob(let name): return thread(name)?.phase == .awaitingJobs
        case .at(let name, let statement): return isAt(name, statement)
        case .has(let name, let job):
            guard let hand = thread(name)?.job else { return false }
            return hand.cpuTime == job.cpuTime && stage.name(of: hand.device) == job.device
        case .holdsMutex(let name):
            return state[.mutex].owner.flatMap { state[$0] }?.name == name
        case .fault(let kind): return stage.record.faults.contains { $0.kind == kind }
        case .noFault: return stage.record.faults.isEmpty
        case .nothingMoves: return state.standsStill
        case .order(let names): return stage.record.finished.map(stage.name(of:)) == names
        case .mean(let time, let value):
            guard let mean = stage.mean(time) else { return false }
            // A mean that has no end is written with three decimals.
            return (mean - value) + (value - mean) < Microseconds(1000)
        case .words(let words): return bench.words == words
        case .sameReply: return bench.repliesAreSame
        }
    }

    /// What is so, as a sentence without a full stop.
    func fact(about condition: Condition) -> String {
        switch condition.kind {
        case .quantity(let quantity, _, _):
            return "\(quantity.rawValue) is \(value(of: quantity))"
        case .waits(let name, _), .waitsForJob(let name), .at(let name, _):
            guard let thread = thread(name) else { return "there is no \(name)" }
            return Explainer().why(thread.id, in: stage.state, now: stage.now)
        case .has(let name, _):
            guard let job = thread(name)?.job else { return "\(name) has no job" }
            return "\(name) has \(stage.name(of: job.device)):\(job.cpuTime)"
        case .holdsMutex:
            let owner = stage.state[.mutex].owner.map(stage.state.name(of:))
            return "\(owner ?? "nobody") holds mutex"
        case .fault, .noFault:
            let found = stage.record.faults.map(\.kind.word)
            return found.isEmpty ? "nothing is wrong" : "found: \(found.joined(separator: ", "))"
        case .nothingMoves:
            return "\(Words.list(stage.state.movers.map(\.name))) can go on"
        case .order:
            let names = stage.record.finished.map(stage.name(of:)).joined(separator: " ")
            return "the order is \(names.isEmpty ? "empty" : names)"
        case .mean(let time, _):
            guard let mean = stage.mean(time) else { return "no job is done" }
            return "the mean \(time.rawValue) time is \(mean) s"
        case .words:
            let words = bench.words.map(LessonBench.digits).joined(separator: " ")
            return "the words are \(words.isEmpty ? "none" : words)"
        case .sameReply: return "the replies differ, or there are not two"
        }
    }

    private func thread(_ name: String) -> ThreadActivity? {
        stage.state.threads.first { $0.name == name }
    }

    func isAt(_ name: String, _ statement: Statement) -> Bool {
        guard let thread = thread(name), stage.state.programs.statement(of: thread) == statement
        else { return false }
        switch thread.phase {
        case .ready, .executing: return true
        case .blocked, .awaitingJobs, .ended: return false
        }
    }

    private func value(of quantity: Condition.Quantity) -> Int {
        let state = stage.state
        switch quantity {
        case .empty: return state[.empty].value
        case .full: return state[.full].value
        case .mutex: return state[.mutex].value
        case .jobs: return state.occupied
        case .produced: return Int(clamping: state.produced)
        case .consumed: return Int(clamping: state.consumed)
        case .lost: return Int(clamping: state.lost)
        case .doubled: return Int(clamping: state.emptyTakes)
        case .executed: return bench.executed
        case .requests: return bench.requests
        case .replies: return bench.replies
        }
    }
}
