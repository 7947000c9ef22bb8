/// Walks a lesson's script over a stage, page by page.
///
/// A page is what is read, and what happens after it. `goOn` begins what happens; `advance` does one
/// statement or beat of it at a time, so that a screen can show each, until the next page is there.
package final class LessonPlayer {
    package let lesson: Lesson
    package private(set) var chapter = 0
    /// The present page's narration, paragraph by paragraph.
    package private(set) var narration: [String] = []
    /// The present page's question.
    package private(set) var question: LessonQuestion?
    /// What came of the last page: what happened, what was expected, whether the answer was right.
    package private(set) var outcomes: [LessonOutcome] = []
    package private(set) var failures: [LessonFailure] = []
    package private(set) var score = LessonScore()
    package private(set) var phase = Phase.acting
    /// The viewer's choice, while its question is open.
    private var answer: Int?
    private var beat = 0
    /// How many statements of a beat are done.
    private var stepsDone = 0
    /// When the present `run` is over.
    private var runEnd: Microseconds?
    private let stage: any LessonStage
    private let bench: LessonBench

    package enum Phase: Equatable, Sendable {
        /// Someone reads; `goOn` or an answer is what comes next.
        case reading
        /// Things happen; `advance` is what comes next.
        case acting
        case over
    }

    /// More statements than any lesson needs to come to a moment.
    private static let mostSteps = 2000

    package init(_ lesson: Lesson, on stage: any LessonStage) {
        self.lesson = lesson
        self.stage = stage
        bench = LessonBench(stage)
    }

    /// The page has been read.
    package func goOn() {
        guard phase == .reading else { return }
        outcomes = []
        phase = .acting
    }

    /// The viewer answers the open question, counted from 0, and sees what happens.
    package func choose(_ choice: Int) {
        guard phase == .reading, let question, question.choices.indices.contains(choice) else {
            return
        }
        answer = choice
        goOn()
    }

    /// Does the next thing.
    ///
    /// - Returns: Whether something was done; `false` while threads run by themselves.
    @discardableResult
    package func advance() -> Bool {
        guard phase == .acting else { return true }
        let beats = lesson.chapters[chapter].beats
        guard beat < beats.count else {
            settleQuestion()
            guard chapter + 1 < lesson.chapters.count else {
                (phase, narration, question) = (.over, [], nil)
                return true
            }
            (chapter, beat) = (chapter + 1, 0)
            // The chapter's title comes with its first page.
            return advance()
        }
        switch beats[beat].action {
        case .say(let paragraphs): show(paragraphs, nil)
        case .ask(let question): show([question.text], question)
        default: return act(beats[beat])
        }
        return true
    }

    /// Where in the file the next beat is; after a chapter's last one, where that is.
    package var line: Int {
        let beats = lesson.chapters[chapter].beats
        return beats[min(beat, beats.count - 1)].line
    }

    /// The thread whose statement comes next, where the script says so: to be predicted.
    package var nextThread: ThreadID? {
        let beats = lesson.chapters[chapter].beats
        guard phase == .acting, beat < beats.count,
            case .step(let stepping) = beats[beat].action, let name = stepping.thread,
            !isReached(stepping)
        else { return nil }
        return stage.state.threads.first { $0.name == name }?.id
    }

    private func show(_ paragraphs: [String], _ new: LessonQuestion?) {
        settleQuestion()
        (narration, question, phase) = (paragraphs, new, .reading)
        beat += 1
    }

    private func finishBeat() {
        beat += 1
        stepsDone = 0
        runEnd = nil
    }

    // MARK: - What happens

    private var judge: ConditionJudge { ConditionJudge(stage: stage, bench: bench) }

    private func act(_ beat: Lesson.Beat) -> Bool {
        switch beat.action {
        case .say, .ask: break
        case .send(let jobs, let delay):
            for job in jobs {
                let device = stage.device(named: job.device)
                stage.send(Job(device: device, cpuTime: job.cpuTime), after: delay)
            }
        case .step(let stepping):
            guard step(stepping, line: beat.line) else { return true }
        case .run(let span):
            let end = runEnd ?? span.map { stage.now + $0 }
            runEnd = end
            guard stage.run(until: end) else { return false }
            // Where threads go on for ever, the viewer would wait for ever.
            if span == nil { expectRest(line: beat.line) }
        case .program(let name): change(to: name, line: beat.line)
        case .rate(let rate): stage.setRate(rate)
        case .marshal(let values): outcomes += bench.marshal(values).map(LessonOutcome.happened)
        case .call(let call): outcomes += bench.call(call).map(LessonOutcome.happened)
        case .expect(let condition): expect(condition, line: beat.line)
        }
        finishBeat()
        return true
    }

    /// One statement.
    ///
    /// - Returns: Whether the beat is over.
    private func step(_ stepping: Stepping, line: Int) -> Bool {
        guard !isReached(stepping) else { return true }
        guard stepsDone < Self.mostSteps else {
            fail(
                line,
                expected: description(of: stepping),
                was: "it is not so after \(stepsDone) steps"
            )
            return true
        }
        let id = stepping.thread.flatMap { name in
            stage.state.threads.first { $0.name == name }?.id
        }
        let answer = stage.step(id)
        guard case .permitted = answer else {
            fail(line, expected: description(of: stepping), was: sentence(answer))
            return true
        }
        stepsDone += 1
        return isReached(stepping)
    }

    private func isReached(_ stepping: Stepping) -> Bool {
        switch stepping.goal {
        case .statements(let count): stepsDone >= count
        case .statement(let statement): judge.isAt(stepping.thread ?? "", statement)
        case .condition(let condition): judge.holds(condition)
        }
    }

    private func description(of stepping: Stepping) -> String {
        let who = stepping.thread ?? "somebody"
        switch stepping.goal {
        case .statements(let count):
            return "\(who) does \(Words.count(count, "statement"))"
        case .statement(let statement): return "\(who) comes to \(statement)"
        case .condition(let condition): return condition.text
        }
    }

    private func sentence(_ answer: Kernel.StepAnswer) -> String {
        let (state, now) = (stage.state, stage.now)
        switch answer {
        case .permitted: return ""
        case .blocked(let id, _), .awaitsJobs(let id), .ended(let id):
            return Explainer().why(id, in: state, now: now)
        case .nobodyCanMove: return "no thread can move"
        case .notPaused: return "the engine runs"
        }
    }

    private func change(to name: String, line: Int) {
        let index = stage.state.library.firstIndex { $0.name == name }
        guard let index, stage.changeProgram(to: index) else {
            return fail(line, expected: "the program changes to \(name)", was: "it cannot")
        }
    }

    // MARK: - What is expected

    private func expect(_ condition: Condition, line: Int) {
        guard isToBeJudged(condition) else {
            let fact = judge.fact(about: condition)
            return outcomes.append(
                .happened("\(fact), with the pauses; without: \(condition.text)")
            )
        }
        guard judge.holds(condition) else {
            return fail(line, expected: condition.text, was: judge.fact(about: condition))
        }
        outcomes.append(.held(condition.text))
    }

    private func expectRest(line: Int) {
        let text = "nothing moves"
        let rest = Condition(text: text, kind: .nothingMoves)
        if !judge.holds(rest) { fail(line, expected: text, was: judge.fact(about: rest)) }
    }

    private func isToBeJudged(_ condition: Condition) -> Bool {
        guard case .mean = condition.kind else { return true }
        return stage.isRehearsal
    }

    private func fail(_ line: Int, expected: String, was: String) {
        let failure = LessonFailure(line: line, expected: expected, was: was)
        failures.append(failure)
        outcomes.append(.failed(failure))
    }

    /// What the last page led to shows which of its choices is right.
    private func settleQuestion() {
        guard let question, let right = question.right else { return }
        for choice in question.choices {
            guard let condition = choice.condition, isToBeJudged(condition),
                judge.holds(condition) != choice.isRight
            else { continue }
            let expected =
                choice.isRight
                ? "\"\(choice.text)\" is right: \(condition.text)"
                : "\"\(choice.text)\" is wrong, so not: \(condition.text)"
            fail(choice.line, expected: expected, was: judge.fact(about: condition))
        }
        if let answer {
            score.note(isRight: answer == right)
            let text = "\(right + 1), \(question.choices[right].text)"
            outcomes.insert(.answered(isRight: answer == right, right: text), at: 0)
        }
        self.question = nil
        answer = nil
    }
}

/// One line of what came of a page.
package enum LessonOutcome: Equatable, Sendable {
    case happened(String)
    case held(String)
    case failed(LessonFailure)
    case answered(isRight: Bool, right: String)
}

/// Something that a lesson expected and that was not so.
package struct LessonFailure: Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let expected: String
    package let was: String

    package var description: String { "line \(line): expected: \(expected); but \(was)" }
}

/// How many questions were answered rightly.
package struct LessonScore: Equatable, Sendable {
    package private(set) var right = 0
    package private(set) var asked = 0

    package init() {}

    package mutating func note(isRight: Bool) {
        asked += 1
        if isRight { right += 1 }
    }
}
