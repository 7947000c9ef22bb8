/// Says what is wrong and why, and why a thread does not go on, from a state and the programs.
///
/// All is read off the programs' text, so a program that nobody foresaw is explained too.
package struct Explainer: Sendable {
    package init() {}

    /// Explains a fault.
    ///
    /// - Parameters:
    ///   - fault: What is wrong.
    ///   - state: The state in which it was seen, or any later one in which it persists.
    /// - Returns: The words and the drawing.
    package func explain(_ fault: Fault, in state: EngineState) -> Explanation {
        let remedies = Remedies(state.programs)
        switch fault.kind {
        case .deadlock, .lostWakeUp:
            return StandstillExplainer(state, remedies).explain(fault)
        case .jobLost, .jobDoubled, .unitLost, .unitTooMany, .twoInCriticalSection,
            .sleepInCriticalSection, .starvation, .busyWaiting, .convoy:
            return FaultExplainer(fault, state, remedies).explanation
        }
    }

    /// Why a thread does not go on, or what it will do next, at any moment.
    ///
    /// - Parameters:
    ///   - id: The thread.
    ///   - state: The present state.
    ///   - now: The present time, because the state only knows that of its last event.
    /// - Returns: A sentence without a full stop.
    package func why(_ id: ThreadID, in state: EngineState, now: Microseconds) -> String {
        WhyExplainer(state, now: now).why(id)
    }
}
