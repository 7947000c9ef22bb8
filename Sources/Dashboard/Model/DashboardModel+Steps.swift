import Core

/// Steps, slow motion, other programs and the adversary.
extension DashboardModel {
    mutating func stepped(_ answer: Kernel.StepAnswer) {
        guard case .driving(let schedule, let done, let forecast) = attack else {
            // In slow motion a moment in which nobody can move is no news.
            guard pace == nil || answer != .nobodyCanMove else { return }
            if let sentence = answer.sentence(live.state) { notice = sentence }
            return
        }
        switch answer {
        case .permitted(schedule[done]):
            notice = nil
            attack = .driving(schedule: schedule, done: done + 1, forecast: forecast)
            if done + 1 == schedule.count {
                (attack, pace) = (nil, nil)
                notice = "broken in \(done + 1) statements; \(forecast.text)"
            }
        case .awaitsJobs:
            notice = "the adversary waits for a job from a device; then it goes on by itself"
        case .permitted, .blocked, .ended, .nobodyCanMove, .notPaused:
            (attack, pace) = (nil, nil)
            notice = "something else happened than the adversary foresaw; a begins again"
        }
    }

    mutating func stepSelected() -> [Effect] {
        guard let thread = selectedThread else {
            notice = "there is no thread to step"
            return []
        }
        return endSearch() + pausing() + [.stepThread(thread.id)]
    }

    /// The row that is marked in the threads' pane; the one that was may have gone.
    var selectedThread: ThreadActivity? {
        let threads = live.threads
        return threads.isEmpty ? nil : threads[min(cursor(.threads), threads.count - 1)]
    }

    // MARK: - Slow motion

    mutating func toggleSlowMotion() -> [Effect] {
        guard pace == nil || attack != nil else {
            pace = nil
            return []
        }
        let effects = endAttack() + pausing()
        pace = .usual
        isPaceHeld = false
        return effects
    }

    mutating func changePace(faster: Bool) -> [Effect] {
        if let next = pace?.next(faster: faster) {
            pace = next
        } else {
            notice = "slow motion is as \(faster ? "fast" : "slow") as it gets"
        }
        return []
    }

    mutating func nextSlowStep() -> [Effect] {
        guard pace != nil, !isPaceHeld else { return [] }
        guard case .driving(let schedule, let done, _) = attack else { return [.step] }
        return [.stepThread(schedule[done])]
    }

    // MARK: - Other programs

    mutating func changeProgram(by distance: Int) -> [Effect] {
        let library = live.state.library
        let place = library.firstIndex(of: live.state.programs) ?? 0
        let allowed = library.indices.filter {
            !library[$0].misplacesJobs || setup.policy.isOrderOfArrival
        }
        guard allowed.count > 1 else {
            notice = "there is no other program for this buffer"
            return []
        }
        let position = allowed.firstIndex { $0 >= place } ?? 0
        let next = allowed[(position + distance + allowed.count) % allowed.count]
        return changeProgram(to: next)
    }

    /// The fix for whatever is wrong: semaphores as they should be, or the monitor.
    mutating func runCorrectProgram() -> [Effect] {
        let library = live.state.library
        guard library.count > 1 else { return [] }
        let isMonitor = live.state.programs.places.contains { place in
            if case .condition = place { true } else { false }
        }
        let allCorrect = library.indices.filter { library[$0].isCorrect }
        let sameKind = allCorrect.first { library[$0].countsSlots != isMonitor }
        guard let index = sameKind ?? allCorrect.first else { return [] }
        return changeProgram(to: index)
    }

    private mutating func changeProgram(to index: Int) -> [Effect] {
        // A second press counts from here, also before the next look.
        live.state.programs = live.state.library[index]
        hiddenVerdict = nil
        return endAttack() + [.changeProgram(index)]
    }

    // MARK: - The adversary

    mutating func toggleAttack() -> [Effect] {
        guard attack == nil else {
            notice = "the adversary gave up"
            return endAttack()
        }
        if let verdict = live.verdict {
            notice = "it is broken already: \(verdict.title); c runs the correct program"
            return []
        }
        attack = .searching
        pace = nil
        notice = "the adversary looks for an interleaving that breaks this program…"
        return pausing() + [.searchAttack]
    }

    /// The schedule's pace ends with it; slow motion, which the user chose, goes on.
    mutating func endAttack() -> [Effect] {
        guard attack != nil else { return [] }
        let effects = endSearch()
        if attack != nil { (attack, pace) = (nil, nil) }
        return effects
    }

    /// Whoever steps meanwhile leaves the moment from which the adversary looks.
    mutating func endSearch() -> [Effect] {
        guard attack == .searching else { return [] }
        attack = nil
        return [.cancelAttack]
    }

    mutating func begin(_ plan: Adversary.Outcome, _ forecast: Adversary.Forecast) -> [Effect] {
        guard attack == .searching else { return [] }
        switch plan {
        case .breaks(let schedule):
            attack = .driving(schedule: schedule, done: 0, forecast: forecast)
            pace = .brisk
            isPaceHeld = false
            notice = nil
        case .safe(let situations):
            attack = nil
            notice =
                "nothing breaks it: all \(Self.situations(situations)) looked at; "
                + (hopeToBreak ?? forecast.text)
        case .notFound(let situations):
            attack = nil
            notice =
                "nothing found in \(Self.situations(situations)); "
                + (hopeToBreak ?? forecast.text)
        }
        return []
    }

    private static func situations(_ count: Int) -> String {
        "\(count) situation\(count == 1 ? "" : "s")"
    }

    /// A broken program that cannot break here may do so in another shape.
    private var hopeToBreak: String? {
        live.state.programs.isCorrect ? nil : "try fewer slots, more threads"
    }
}
