import Glibc
import Testing

/// The server without a screen, as a grader or a script runs it.
@Suite("The server without a screen", .timeLimit(.minutes(5)))
struct HeadlessTests {}
