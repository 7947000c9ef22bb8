import Glibc
import Testing

/// A terminal that can be made to take nothing any more, with a program on it.
final class StalledTerminal {
    enum Cause: CaseIterable {
        /// Ctrl-S.
        case stopped
        /// Nobody reads what is shown, and there is room for no more.
        case unread

        /// Whether all that a program wrote can be read in the end. Where nobody reads, a machine that
        /// is slow enough makes the program throw away more than once.
        var keepsText: Bool { self == .stopped }
    }

    let program: Child
    /// What a server on it says first.
    private let opening: String
    private let terminal: BareTerminal
    /// Held open, so that the modes can be compared when the program has gone.
    private let device: Int32
    private let modes: [UInt32]

    /// Starts the program and reads until it shows something.
    ///
    /// - Parameters:
    ///   - program: What runs.
    ///   - arguments: Its arguments.
    ///   - text: What it shows when it has begun.
    /// - Throws: When it does not show that.
    init(_ program: BuiltProgram, _ arguments: [String], showing text: String) async throws {
        let terminal = try BareTerminal()
        device = open(terminal.path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        self.terminal = terminal
        modes = Self.modes(of: device)
        self.program = try Child(program.path, arguments, onTerminal: terminal.path)
        var shown = ""
        try await Waiting.until("'\(text)'", instead: { shown }) {
            shown += terminal.read()
            return shown.contains(text) ? () : nil
        }
        opening = shown
    }

    /// A sender to the server that runs on it.
    func sender() throws -> Sender {
        let match = try #require(opening.firstMatch(of: #/127\.0\.0\.1[: ]([0-9]+) udp/#))
        return try Sender(to: try #require(UInt16(match.1)))
    }

    deinit { close(device) }

    func stall(_ cause: Cause) {
        switch cause {
        case .stopped: terminal.type("\u{13}")
        case .unread:
            let bytes = [UInt8](repeating: 0x20, count: 4096)
            while write(device, bytes, bytes.count) > 0 {}
            while write(device, bytes, 1) > 0 {}
        }
    }

    /// Ctrl-Q.
    func start() { terminal.type("\u{11}") }

    /// Waits for the program's end, reading nothing.
    func waitForEnd() async throws -> Child.End {
        // It takes some 2 s; a loaded machine may need longer.
        try await Waiting.until("the end") { program.ended }
    }

    /// What has been shown and not been read.
    func read() -> String { terminal.read() }

    /// Whether the terminal's modes are those from before the program.
    var isRestored: Bool { Self.modes(of: device) == modes }

    private static func modes(of device: Int32) -> [UInt32] {
        var modes = termios()
        tcgetattr(device, &modes)
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }
}
