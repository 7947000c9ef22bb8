import Glibc
import Testing

/// The suites that use a real terminal. One after the other, for ncurses keeps its state in globals.
@Suite("On a real terminal", .serialized, .timeLimit(.minutes(5)))
struct TerminalTests {}
