import Foundation
import Glibc
import Testing

/// A terminal with a shell in it, as a person would use it; tmux is the terminal.
///
/// Each has a tmux server of its own, which ends with it.
final class TerminalWindow {
    private let tmux: String
    /// The path of the server's socket, which tmux leaves behind.
    private let socket: String
    /// The shell's modes before anything ran in it.
    private var modes = ""

    private var questions = 0

    private static let prompt = "ready>"
    private static let presentModes = "$(stty -g | cksum | tr -d ' ')"

    /// Opens the window and waits for the shell.
    init(
        width: Int = 80,
        height: Int = 24,
        changing changes: [String: String] = [:]
    ) async throws {
        tmux = try Tool.tmux.required()
        socket = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString).tmux"
        let variables = ["PS1": "\(Self.prompt) ", "TERM": "tmux-256color", "ENV": "/dev/null"]
            .merging(changes) { _, new in new }
        let shell =
            ["exec", "env", "SWIFT_BACKTRACE=enable=no"]
            + variables.map { "'\($0.key)=\($0.value)'" } + ["sh"]
        try await command(
            "-u",
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "80",
            "-y",
            "24",
            shell.joined(separator: " ")
        )
        try await show("the shell's prompt") { $0.hasPrefix(Self.prompt) }
        modes = try await answer(Self.presentModes)
        if (width, height) != (80, 24) { try await resize(width: width, height: height) }
    }

    deinit {
        let killer = try? Child(tmux, ["-S", socket, "kill-server"])
        killer?.waitUntilOver()
        unlink(socket)
    }

    // MARK: - What a person does

    /// Types a line into the shell.
    func enter(_ line: String) async throws {
        try await command("send-keys", "-l", "--", line)
        try await press("Enter")
    }

    /// Presses keys by their names in tmux, such as `Space`, `C-c`, `BTab`.
    func press(_ keys: String...) async throws {
        for key in keys { try await command("send-keys", "--", key) }
    }

    func resize(width: Int, height: Int) async throws {
        try await command("resize-window", "-x", "\(width)", "-y", "\(height)")
    }

    /// Closes the window under the programs in it.
    func closePane() async throws {
        // A second window keeps the server alive.
        try await command("new-window", "-d", "sleep 1000")
        try await command("kill-pane", "-t", ":0.0")
    }

    // MARK: - What a person sees

    /// The screen's lines.
    func lines() async throws -> [String] {
        try await command("capture-pane", "-p").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map(String.init)
    }

    func screen() async throws -> String { try await lines().joined(separator: "\n") }

    /// Whether anything on the screen has a colour.
    func colours() async throws -> Bool {
        try await command("capture-pane", "-p", "-e")
            .contains(#/\x1b\[([0-9;]*;)?(3[0-8]|4[0-8]|9[0-7])[;m]/#)
    }

    /// Waits until the screen shows something.
    ///
    /// - Returns: The screen that does.
    @discardableResult
    func show(_ awaited: String, where shows: (String) -> Bool) async throws -> String {
        let deadline = ContinuousClock.now + Waiting.limit
        while true {
            let isLast = ContinuousClock.now >= deadline
            let text = try await screen()
            if shows(text) { return text }
            if isLast { throw NotInTime(awaited: awaited, instead: text) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until all of them are on the screen at once.
    ///
    /// The system takes a large frame in pieces, so a screen with one part of it may lack another.
    @discardableResult
    func show(_ texts: String...) async throws -> String {
        try await show("\(texts)") { screen in texts.allSatisfy { screen.contains($0) } }
    }

    /// Waits until the screen shows something and stands still: one that is half drawn does not.
    @discardableResult
    func showAtRest(_ awaited: String, where shows: (String) -> Bool) async throws -> String {
        var before = ""
        return try await show("\(awaited), at rest") { now in
            defer { before = now }
            return now == before && shows(now)
        }
    }

    @discardableResult
    func showAtRest(_ text: String) async throws -> String {
        try await showAtRest("'\(text)'") { $0.contains(text) }
    }

    /// Waits for the shell, back on its own screen, with nothing behind its prompt: the line in which
    /// the program was started begins with the prompt too.
    func showPrompt() async throws {
        try await show("the shell's prompt") { text in
            text.split(separator: "\n").last?.trimmingCharacters(in: .whitespaces) == Self.prompt
        }
    }

    /// What the shell makes of a word, such as `$?`; a short word, to fit in one line.
    func answer(_ word: String) async throws -> String {
        questions += 1
        // The quotation marks tell the question, which is on the screen too, from the answer.
        try await enter("echo \"answer\(questions)<\"\(word)\">\"")
        let answer = try Regex("answer\(questions)<([^\"\n]*)>", as: (Substring, Substring).self)
        let text = try await show("an answer to \(word)") { $0.contains(answer) }
        try await showPrompt()
        return text.firstMatch(of: answer).map { String($0.1) } ?? ""
    }

    /// What a person can do in a terminal that a program has left in order.
    func expectRestored(_ location: SourceLocation = #_sourceLocation) async throws {
        let flags = try await command("display-message", "-p", "#{cursor_flag} #{alternate_on}")
        #expect(flags == "1 0\n", "the cursor, the normal screen", sourceLocation: location)
        let present = try await answer(Self.presentModes)
        #expect(present == modes, "the terminal's modes", sourceLocation: location)
        let words = try await answer("$(stty -a | grep -ow -e '-*icanon' -e '-*echo' | xargs)")
        #expect(
            words == "icanon echo",
            "whole lines, and typed characters seen",
            sourceLocation: location
        )
    }

    /// The programs that the shell has started.
    func programs() async throws -> [pid_t] {
        let text = try await command("display-message", "-p", "#{pane_pid}")
        let shell = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        return Processes.children(of: shell)
    }

    @discardableResult
    private func command(_ arguments: String...) async throws -> String {
        let child = try Child(tmux, ["-S", socket] + arguments)
        let end = try await child.waitForEnd()
        try #require(end == .exited(0), "tmux \(arguments): \(child.errorText)")
        return child.text
    }
}
