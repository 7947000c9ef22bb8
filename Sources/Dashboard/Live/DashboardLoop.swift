import Core
import TerminalUI

/// Runs the dashboard: waits, looks, updates, draws; and sleeps while nothing moves.
///
/// Main thread. Between two frames there is at least the frame time. While the engine stands still
/// the loop is woken by the engine itself, and by the clock in the title once a second.
package struct DashboardLoop {
    /// All that can be shown, the default one first.
    private let mailboxes: [Watched]
    /// The one that is.
    private var watched: Watched
    private let session: TerminalSession
    private var look: EngineLook
    /// Writes the default one's log to a file, whichever is shown.
    private let writing: EngineLook?
    private let frameTime: Duration
    private var model: DashboardModel
    private var attackSearch: AttackSearch?
    private var comparison: ComparisonThread?
    private let lesson: LessonDrive?
    /// The chapter that the lesson is to be played from, where the user asked for that.
    private(set) var wantedChapter: Int?
    private var predictionChoices: RandomNumbers
    /// The one that was taken last, to be gone on with.
    private var film: Film?
    private var lastFrame = ContinuousClock.now
    private var lastSlowStep = ContinuousClock.now
    private var isOver = false

    /// A frozen picture only counts how far behind it is.
    private static let frozenTime = Duration.milliseconds(500)
    /// While a job runs its progress is shown in tenths.
    private static let progressTime = Duration.milliseconds(200)

    package init(watching watched: Watched, session: TerminalSession, framesPerSecond: Int) {
        self.init(watching: watched, session: session, framesPerSecond: framesPerSecond, file: nil)
    }

    /// The same, writing the log to a file as well.
    init(
        watching watched: Watched,
        session: TerminalSession,
        framesPerSecond: Int,
        file: LogWriter?,
        lesson: LessonDrive? = nil
    ) {
        self.watched = watched
        mailboxes = [watched] + watched.others
        self.lesson = lesson
        predictionChoices = RandomNumbers(seed: watched.settings.seed)
        self.session = session
        look = EngineLook(watched, file: file)
        writing = file == nil ? nil : look
        frameTime = .seconds(1) / framesPerSecond
        model = watched.model(size: session.size)
        model.mailboxes.rows = mailboxes.compactMap(\.mailboxRow)
        guard let view = lesson?.view else { return }
        (model.setup.source, model.setup.netcat) = (view.title, nil)
        model.lesson = view
    }

    /// Returns when the user quits, a signal asks for it, or the engine is complete.
    package mutating func run() {
        defer {
            endAttackSearch()
            comparison?.end()
        }
        while !isOver {
            let changes = watched.engine.changes
            changes.arm()
            let before = look.number
            let news = look.look(model.filter)
            apply(.looked(news))
            lookForPages(after: news)
            takeAttack()
            takeComparison()
            session.present(Screen.draw(model))
            lastFrame = ContinuousClock.now
            if mailboxes[0].engine.isComplete || mailboxes[0].isOver() { return }
            if look.number != before {
                // It moves: nobody needs to wake us, the next frame comes anyway.
                let pause = model.frozen == nil ? frameTime : max(frameTime, Self.frozenTime)
                handleEvents(until: beforeSlowStep(lastFrame + pause), waking: nil)
            } else {
                let deadline = beforeSlowStep(lastFrame + timeToNextTick)
                handleEvents(until: deadline, waking: changes.descriptor)
            }
            doSlowStep()
            playLesson()
        }
    }

    // MARK: - Mailboxes

    /// The look that writes the file, where another mailbox than the default one is shown.
    private var writingBehind: EngineLook? {
        watched.mailbox == mailboxes[0].mailbox ? nil : writing
    }

    /// What is looked at only while its page is shown.
    private mutating func lookForPages(after news: Look) {
        if let writing = writingBehind {
            for deed in news.deeds { writing.remark(deed) }
            _ = writing.look()
        }
        switch model.panel {
        case .mailboxes?: apply(.mailboxesRead(mailboxes.compactMap(\.mailboxRow)))
        case .refused?:
            apply(.peersRead(watched.room?.network.peers(with: model.peers.chosen) ?? []))
        default: break
        }
    }

    /// From now on the whole screen, and what the keys move, is another mailbox's engine.
    private mutating func show(_ place: Int) {
        endAttackSearch()
        comparison?.end()
        (comparison, film) = (nil, nil)
        watched = mailboxes[place]
        let isWritten = place == 0 ? writing : nil
        look = isWritten ?? EngineLook(watched, file: nil, isLate: true)
        let before = model
        model = watched.model(size: before.size)
        model.isPresenting = before.isPresenting
        model.mailboxes = before.mailboxes
        model.mailboxes.shown = place
    }

    // MARK: - The lesson

    private mutating func playLesson() {
        guard let lesson, model.prediction == nil, lesson.isDue else { return }
        if model.predictsLesson, let question = lesson.question() {
            return apply(.predicted(question))
        }
        lesson.advance()
        apply(.lessonMoved(lesson.view))
    }

    private mutating func makePrediction() -> Prediction? {
        Prediction.make(
            watched.engine.kernel.completeState(),
            takesOldest: watched.settings.kernel.policy.isOrderOfArrival,
            sentences: watched.sentences,
            random: &predictionChoices
        )
    }

    // MARK: - The room

    private func guardRoom(_ effect: Effect) {
        guard let room = watched.room else { return }
        switch effect {
        case .kick(let device):
            remarkKick(of: watched.nameOfDevice(device), givenUp: room.kick(device))
        case .mute(let device, let isMuted):
            room.guarding.mute(device, isMuted)
            remark("\(watched.nameOfDevice(device)) \(isMuted ? "is muted" : "may speak again")")
        case .kickAddress(let address):
            remarkKick(of: address.networkText, givenUp: room.kick(address))
        case .muteAddress(let address, let isMuted):
            room.guarding.muted.mute(address, isMuted)
            remark("\(address.networkText) \(isMuted ? "is muted" : "may send again")")
        case .limit(let device, let limit):
            room.guarding.limit(device, to: limit)
            let words = limit.map { "may have \($0) jobs queued" } ?? "has the usual limit again"
            remark("\(watched.nameOfDevice(device)) \(words)")
        default: break  // Nothing else is sent here.
        }
    }

    private func remarkKick(of name: String, givenUp: Int) {
        let jobs = givenUp == 0 ? "" : "; \(givenUp) \(givenUp == 1 ? "job" : "jobs") given up"
        remark("\(name) was kicked out from the keyboard\(jobs)")
    }

    /// Into the log on the screen, and into the one in the file.
    private func remark(_ text: String) {
        look.remark(text)
        writingBehind?.remark(text)
    }

    // MARK: - The adversary

    private mutating func takeAttack() {
        guard let (outcome, forecast) = attackSearch?.result else { return }
        endAttackSearch()
        apply(.attackPlanned(outcome, forecast))
    }

    private mutating func endAttackSearch() {
        attackSearch?.end()
        attackSearch = nil
    }

    // MARK: - Schedules

    private mutating func compareSchedules() {
        comparison?.end()
        let changes = watched.engine.changes
        comparison = ComparisonThread(
            ScheduleComparison.Shape(model),
            jobs: model.executedJobs(of: watched.engine.ledger)
        ) { changes.wake() }
    }

    private mutating func takeComparison() {
        guard let result = comparison?.result else { return }
        comparison?.end()
        comparison = nil
        apply(.compared(result))
    }

    // MARK: - Slow motion

    private func beforeSlowStep(
        _ deadline: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        if model.prediction == nil, let due = lesson?.due {
            return min(deadline, max(due, lastFrame + frameTime))
        }
        guard let pace = model.pace else { return deadline }
        return min(deadline, max(lastSlowStep + pace.interval, lastFrame + frameTime))
    }

    private mutating func doSlowStep() {
        guard let pace = model.pace, ContinuousClock.now >= lastSlowStep + pace.interval else {
            return
        }
        lastSlowStep = ContinuousClock.now
        apply(.paceTick)
    }

    // MARK: - Keys and time

    /// Handles keys and signals until it is time for a frame, or something else asks for one.
    ///
    /// After a key the next frame comes as soon as the frame time allows.
    private mutating func handleEvents(until deadline: ContinuousClock.Instant, waking: Int32?) {
        var deadline = deadline
        while !isOver {
            let rest = max(.zero, deadline - ContinuousClock.now)
            switch session.nextEvent(waking: waking, atMost: rest) {
            case .key(let key):
                apply(.key(key))
                deadline = min(deadline, lastFrame + frameTime)
            case .resized(let width, let height):
                apply(.resized(width: width, height: height))
                return
            case .terminate, .inputClosed: isOver = true
            case .resumed, .woken, .timeout: return
            }
        }
    }

    private var timeToNextTick: Duration {
        let executes = model.live.state.threads.contains { model.live.workDone($0) != nil }
        // The file's log has room for so many events of the mailbox that is not shown.
        if model.panel == .mailboxes || writingBehind != nil { return Self.progressTime }
        if executes && !model.live.state.isPaused && model.frozen == nil {
            return Self.progressTime
        }
        let now = watched.clock.now.count % 1_000_000
        return .microseconds(1_000_000 - Int64(now))
    }

    private mutating func apply(_ message: Message) {
        for effect in model.update(message) { perform(effect) }
    }

    private mutating func perform(_ effect: Effect) {
        let gate = watched.engine.gate
        switch effect {
        case .pause: gate.pause()
        case .resume: gate.resume()
        case .step: apply(.stepped(gate.step()))
        case .stepThread(let id): apply(.stepped(gate.step(id)))
        case .kill(let id): _ = gate.kill(id)
        case .revive(let id): _ = gate.revive(id)
        case .slow(let id, let isSlow): _ = gate.slow(id, isSlow)
        case .changeProgram(let index):
            let programs = watched.engine.kernel.library[index]
            apply(.programChanged(to: programs, gate.changeProgram(to: index)))
        case .searchAttack:
            let changes = watched.engine.changes
            let state = watched.engine.kernel.completeState()
            attackSearch = AttackSearch(from: state) { changes.wake() }
        case .cancelAttack: endAttackSearch()
        case .armDatagramChaos(let deed): watched.chaos.armed = deed
        case .film:
            let film = watched.film(after: film)
            self.film = film
            apply(.filmed(film))
        case .compareSchedules: compareSchedules()
        case .setRate(let rate): gate.setRate(rate)
        case .lessonGoesOn(let answer):
            lesson?.goOn(answer: answer)
            if let view = lesson?.view { apply(.lessonMoved(view)) }
        case .lessonStep:
            lesson?.advance()
            if let view = lesson?.view { apply(.lessonMoved(view)) }
        case .lessonChapter(let chapter): (wantedChapter, isOver) = (chapter, true)
        case .showMailbox(let place): show(place)
        case .kick, .mute, .limit, .kickAddress, .muteAddress: guardRoom(effect)
        case .predict: apply(.predicted(makePrediction()))
        case .quit: isOver = true
        }
    }
}
