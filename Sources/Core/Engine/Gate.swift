/// The gate that every thread passes before each slice: pause, resume, step, and the rate.
///
/// The kernel itself looks whether the gate is open, inside its lock, so that a pause is a numbered
/// event after which nobody moves. Open, the gate costs that one look. Any thread may call it.
package final class Gate: Sendable {
    private let shared: EngineShared
    /// Decides who moves; held during a step, because one statement at a time is the idea.
    private let choices: Guarded<RandomNumbers>

    init(_ shared: EngineShared, seed: UInt64) {
        self.shared = shared
        choices = Guarded(RandomNumbers(seed: seed))
    }

    /// When it returns, no statement is done any more unless it is stepped.
    package func pause() {
        shared.kernel.pause()
    }

    package func resume() {
        shared.kernel.resume()
    }

    /// Lets one thread do one statement, and returns when it is done; the seed chooses the thread.
    package func step() -> Kernel.StepAnswer {
        choices.withLock { random in
            while true {
                let answer = shared.kernel.step { Int.random(in: 0..<$0, using: &random) }
                // A producer that found no job did no statement, so somebody else may.
                guard case .awaitsJobs = answer else { return answer }
            }
        }
    }

    /// Lets this thread do one statement, and returns when it is done.
    package func step(_ id: ThreadID) -> Kernel.StepAnswer {
        choices.withLock { _ in shared.kernel.step(id) }
    }

    /// Every thread begins this program of the kernel's library anew, with what it has in hand.
    ///
    /// - Returns: `false` where it cannot be, and nothing changed.
    package func changeProgram(to index: Int) -> Bool {
        choices.withLock { _ in
            guard shared.kernel.changeProgram(to: index) else { return false }
            let isCorrect = shared.kernel.library[index].isCorrect
            shared.hasLongSlices.store(isCorrect, ordering: .relaxed)
            return true
        }
    }

    /// Ends this thread wherever it is; its job goes back to be produced again, and what it held is
    /// free.
    ///
    /// - Returns: Whether there was such a thread alive; an agent cannot be killed.
    package func kill(_ id: ThreadID) -> Bool {
        choices.withLock { _ in
            let (role, isDone, job) = shared.kernel.kill(id)
            if let job { shared.giveBack(job, of: role) }
            return isDone
        }
    }

    /// A thread that was killed begins anew.
    package func revive(_ id: ThreadID) -> Bool {
        shared.kernel.revive(id)
    }

    /// Makes a consumer's jobs take four times as long, or no longer.
    package func slow(_ id: ThreadID, _ isSlow: Bool) -> Bool {
        shared.kernel.slow(id, isSlow)
    }

    /// Jobs that really compute cannot run at `maximum`; then nothing changes.
    package func setRate(_ rate: Rate) {
        guard shared.kernel.settings.execution != .spin || !rate.isMaximum else { return }
        shared.isFullSpeed.store(
            rate.isMaximum || shared.kernel.settings.execution == .account,
            ordering: .relaxed
        )
        shared.kernel.setRate(rate)
    }
}
