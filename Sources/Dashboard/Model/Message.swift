import Core
import TerminalUI

/// Whatever can change the model.
enum Message {
    case key(Key)
    case resized(width: Int, height: Int)
    /// The engine was looked at.
    case looked(Look)
    /// What a step led to.
    case stepped(Kernel.StepAnswer)
}

/// What one look at the engine brought.
struct Look {
    let state: EngineState
    let now: Microseconds
    /// The oldest first.
    let lines: [LogLine]
    let devices: [DeviceRow]
    let counters: ReceiverCounters
    let waitingInInbox: Int
    let times: [TimeRow]
}

/// What an update wants done outside the model.
enum Effect: Equatable {
    case pause
    case resume
    case step
    case setRate(Rate)
    case quit
}
