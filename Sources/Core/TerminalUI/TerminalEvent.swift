/// What a terminal session waits for.
package enum TerminalEvent: Equatable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// The screen has another size; what it shows is undefined until the next frame.
    case resized(width: Int, height: Int)
    /// A signal asks the program to end.
    case terminate(signal: Int32)
    /// The descriptor that wakes the session was readable; it has been drained.
    case woken
    /// The program was stopped and goes on; the next frame is drawn anew.
    case resumed
    /// There will be no more keys: the terminal is gone. Told once.
    case inputClosed
    /// Nothing happened for as long as was asked.
    case timeout
}
