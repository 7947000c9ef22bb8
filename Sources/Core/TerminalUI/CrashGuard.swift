import CLinux

/// Restores the terminal when the program crashes, and keeps standard error off the screen.
///
/// One screen at a time; main thread only. The work is done in C (`terminal.c`), because a signal
/// handler may not run Swift.
enum CrashGuard {
    /// Remembers the terminal's present modes as those to restore.
    ///
    /// A crash on any thread (also `fatalError`, `exit` and a failed `precondition`) restores them
    /// while the screen is up. Only the calling thread survives a stack overflow for that long.
    /// - Parameter terminal: A descriptor that stays open until ``forget()``.
    /// - Throws: When the descriptor is not a terminal.
    static func install(_ terminal: Int32) throws(TerminalError) {
        let number = clinux_screen_guard(terminal)
        guard number == 0 else { throw .systemCall("tcgetattr", number: number) }
    }

    /// The screen is about to change: from now on a crash restores it.
    ///
    /// What is written to standard error is held back, when that is a terminal.
    static func screenUp() {
        clinux_screen_up()
    }

    /// The screen has been restored; prints what was held back.
    static func screenDown() {
        clinux_screen_down()
    }

    /// Takes the screen down and no longer uses the descriptor.
    static func forget() {
        clinux_screen_forget()
    }
}
