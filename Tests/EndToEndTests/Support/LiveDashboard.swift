import Glibc
import Testing

/// The dashboard in a terminal window, with its first frame drawn.
struct LiveDashboard {
    let window: TerminalWindow
    let pid: pid_t
    let port: UInt16

    /// Starts `signalbox serve 127.0.0.1 0` and waits for its title.
    ///
    /// - Parameters:
    ///   - options: Of the program.
    ///   - width: The window's, in cells.
    ///   - height: The window's.
    ///   - changes: Variables of the shell.
    /// - Throws: When there is no title in time.
    init(
        _ options: String = "",
        width: Int = 80,
        height: Int = 24,
        changing changes: [String: String] = [:]
    ) async throws {
        window = try await TerminalWindow(changing: changes)
        try await window.enter("'\(BuiltProgram.signalbox.path)' serve 127.0.0.1 0 \(options)")
        let address = #/127\.0\.0\.1:([0-9]+) udp/#
        let text = try await window.show("the title line") {
            $0.hasPrefix(" signalbox") && $0.contains(address)
        }
        port = try #require(text.firstMatch(of: address).flatMap { UInt16($0.1) })
        pid = try #require(try await window.programs().first)
        guard (width, height) != (80, 24) else { return }
        // A narrow window's title has no room for the port, so it is made narrow only now.
        try await window.resize(width: width, height: height)
        try await window.show("a screen of \(width) columns") { text in
            text.prefix { $0 != "\n" }.count == width - 1 && text.contains("empty")
        }
    }

    func sender() throws -> Sender { try Sender(to: port) }

    /// Waits until the shell is back.
    ///
    /// - Returns: What can be seen then.
    func shell() async throws -> String {
        try await window.showPrompt()
        return try await window.screen()
    }
}

extension String {
    /// The text between a pane's corner and the end of the screen.
    func from(_ part: String) -> Substring {
        firstRange(of: part).map { self[$0.lowerBound...] } ?? ""
    }
}
