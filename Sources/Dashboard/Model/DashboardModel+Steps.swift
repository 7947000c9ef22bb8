import Core

/// Steps, slow motion, other programs and the adversary.
extension DashboardModel {
    mutating func stepped(_ answer: Kernel.StepAnswer) {
        guard case .driving(let schedule, let done) = attack else {
            // In slow motion a moment in which nobody can move is no news.
            if pace == nil || answer != .nobodyCanMove { notice = answer.sentence(live.state) }
            return
        }
        switch answer {
        case .permitted(schedule[done]):
            notice = nil
            attack = .driving(schedule: schedule, done: done + 1)
            if done + 1 == schedule.count { (attack, pace) = (nil, nil) }
        case .awaitsJobs:
            notice = "the adversary waits: " + (answer.sentence(live.state) ?? "")
        case .permitted, .blocked, .ended, .nobodyCanMove, .notPaused:
            (attack, pace) = (nil, nil)
            notice = "something else happened than the adversary foresaw; a begins again"
        }
    }

    mutating func stepSelected() -> [Effect] {
        let threads = live.state.threads
        guard threads.indices.contains(cursor(.threads)) else {
            notice = "there is no thread to step"
            return []
        }
        return endSearch() + pausing() + [.stepThread(threads[cursor(.threads)].id)]
    }

    // MARK: - Slow motion

    mutating func toggleSlowMotion() -> [Effect] {
        guard pace == nil else {
            pace = nil
            return endAttack()
        }
        pace = .usual
        return endSearch() + pausing()
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
        guard pace != nil else { return [] }
        guard case .driving(let schedule, let done) = attack else { return [.step] }
        return [.stepThread(schedule[done])]
    }

    // MARK: - Other programs

    mutating func changeProgram(by distance: Int) -> [Effect] {
        let library = live.state.library
        let place = library.firstIndex(of: live.state.programs) ?? 0
        let allowed = library.indices.filter {
            !library[$0].misplacesJobs || setup.policy.isOrderOfArrival
        }
        guard allowed.count > 1 else { return [] }
        let position = allowed.firstIndex { $0 >= place } ?? 0
        let next = allowed[(position + distance + allowed.count) % allowed.count]
        // A second press counts from here, also before the next look.
        live.state.programs = library[next]
        hiddenVerdict = nil
        return endAttack() + [.changeProgram(next)]
    }

    // MARK: - The adversary

    mutating func toggleAttack() -> [Effect] {
        guard attack == nil else {
            notice = "the adversary gave up"
            return endAttack()
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
        let text = "runs all right: \(forecast.runsAllRight) of \(forecast.runs)"
        switch plan {
        case .breaks(let schedule):
            attack = .driving(schedule: schedule, done: 0)
            pace = .brisk
            notice = "random \(text); the adversary needs \(schedule.count) statements"
        case .safe where live.verdict != nil:
            attack = nil
            notice = "it is broken already"
        case .safe(let situations):
            attack = nil
            notice = "nothing breaks it: all \(situations) situations looked at; \(text)"
        case .notFound(let situations):
            attack = nil
            notice = "nothing found in \(situations) situations; \(text)"
        }
        return []
    }
}
