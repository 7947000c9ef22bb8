import Glibc

/// Why there can be no screen, or no signals.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Input or output is a file, a pipe or closed.
    case notATerminal
    /// The variable `TERM` is missing or empty.
    case unnamedTerminal
    /// The system has no description of the terminal that `TERM` names.
    case unknownTerminal(String)
    /// The terminal cannot put text at a place, such as `TERM=dumb`.
    case printsOnly(String)
    /// A system call failed.
    case systemCall(String, number: Int32)

    package var description: String {
        switch self {
        case .notATerminal:
            "the dashboard needs a terminal for input and output"
        case .unnamedTerminal:
            "the environment variable TERM does not say which terminal this is"
        case .unknownTerminal(let name):
            "this system does not know the terminal TERM=\(name)"
        case .printsOnly(let name):
            "the terminal TERM=\(name) cannot show a screen, only lines"
        case .systemCall(let call, let number):
            "\(call) failed: \(String(cString: strerror(number)))"
        }
    }
}
