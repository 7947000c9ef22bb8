import Glibc

/// The signals that the program reads like input instead of being interrupted by them.
package enum Signals {
    /// Those that ask the program to end: Ctrl-C, `kill`, the terminal gone, Ctrl-\.
    package static let terminating = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Those and job control and a new size of the window.
    static let all = terminating + [SIGTSTP, SIGCONT, SIGWINCH]

    /// Blocks them for the calling thread and the threads that it starts from now on.
    ///
    /// Call it first of all in the program: a thread that exists already would still be interrupted.
    package static func block() { change(SIG_BLOCK) }

    /// Lets them end the program again, as long as nobody reads them.
    package static func unblock() { change(SIG_UNBLOCK) }

    private static func change(_ how: Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in all { sigaddset(&set, signal) }
        let number = pthread_sigmask(how, &set, nil)
        precondition(number == 0, "the request is valid, yet pthread_sigmask said \(number)")
    }
}
