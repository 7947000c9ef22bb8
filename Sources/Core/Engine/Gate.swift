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
