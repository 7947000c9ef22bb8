import Core
import Glibc

/// A lesson on a live engine: plays what happens slowly enough to be watched.
///
/// Main thread.
final class LessonDrive {
    let stage: LiveStage
    private let player: LessonPlayer
    private let sentences: Sentences
    private var random: RandomNumbers
    private var lastMove = ContinuousClock.now
    private var movesOfPage = 0
    private var isHurrying = false

    /// Each statement of a page is shown for so long, and after some of them for less.
    private static let pace = Duration.milliseconds(150)
    private static let quickPace = Duration.milliseconds(30)
    private static let slowMoves = 16
    private static let longestSkip = Duration.seconds(3)

    /// Starts the engine, and plays what comes before the chapter.
    init(_ lesson: Lesson, from chapter: Int, history: Int, clock: any EngineClock) {
        var settings = lesson.settings
        settings.kernel.history = history
        let stage = LiveStage(settings, clock: clock)
        self.stage = stage
        player = LessonPlayer(lesson, on: stage)
        sentences = Sentences(nameOfDevice: { [devices = stage.devices] in devices.name(of: $0) })
        random = RandomNumbers(seed: settings.seed)
        skip(to: chapter, until: ContinuousClock.now + Self.longestSkip)
    }

    var view: LessonView { LessonView(player) }

    /// When the next thing is to happen; `nil` while somebody reads.
    var due: ContinuousClock.Instant? {
        guard player.phase == .acting else { return nil }
        if isHurrying { return lastMove }
        return lastMove + (movesOfPage < Self.slowMoves ? Self.pace : Self.quickPace)
    }

    var isDue: Bool { due.map { $0 <= ContinuousClock.now } ?? false }

    /// The page was read; or, while things still happen, somebody is in a hurry.
    func goOn(answer: Int?) {
        guard player.phase == .reading else {
            (isHurrying, stage.isHurrying) = (true, true)
            return
        }
        if let answer { player.choose(answer) } else { player.goOn() }
        (movesOfPage, isHurrying, stage.isHurrying) = (0, false, false)
    }

    /// Does the next thing.
    func advance() {
        lastMove = ContinuousClock.now
        movesOfPage += 1
        player.advance()
    }

    /// A question about the lesson's next step, where there is one that can be foreseen.
    func question() -> Prediction? {
        guard let thread = player.nextThread else { return nil }
        return Prediction.make(
            stage.state,
            of: thread,
            takesOldest: player.lesson.settings.kernel.policy.isOrderOfArrival,
            sentences: sentences,
            random: &random
        )
    }

    /// To the chapter's first page, or as far as it comes: meanwhile no key is heard.
    private func skip(to chapter: Int, until deadline: ContinuousClock.Instant) {
        stage.isHurrying = true
        // What comes before the first page is no page's: nobody waits for it.
        while player.chapter < chapter || player.phase == .acting, player.phase != .over,
            ContinuousClock.now < deadline
        {
            player.goOn()
            play()
        }
        stage.isHurrying = false
    }

    private func play() {
        // Threads that run need a moment.
        if !player.advance() { usleep(2000) }
    }
}
