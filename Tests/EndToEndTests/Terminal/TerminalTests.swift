import Testing

/// The dashboard in a real terminal, as a person uses it.
@Suite("The dashboard in a terminal", .needs(.tmux), .timeLimit(.minutes(5)))
struct TerminalTests {
    static let titles = [
        "┌ Buffer ", "┌ Semaphores ", "┌ Devices by CPU time ", "┌ Threads ", "┌ Log, ",
    ]
}
