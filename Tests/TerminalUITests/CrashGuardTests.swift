import Glibc
import Testing

@testable import TerminalUI

extension TerminalTests {
    @Suite("A program that ends with the screen up", .serialized)
    struct CrashGuardTests {
        private let pty: PseudoTerminal

        init() throws {
            pty = try PseudoTerminal()
        }

        /// What the person at the terminal sees after the screen was left.
        private func afterScreen() throws -> Substring {
            let output = pty.output()
            let left = try #require(
                output.ranges(of: "\u{1b}[?1049l").first,
                "\(output.debugDescription)"
            )
            return output[left.upperBound...]
        }

        @Test("fatalError restores the terminal, and its reason can be read")
        func fatal() async throws {
            let before = pty.modes

            await #expect(processExitsWith: .failure) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                screen.show("a frame")
                fatalError("the reason")
            }

            #expect(pty.modes == before)
            #expect(try afterScreen().contains("Fatal error: the reason"))
        }

        @Test("a trap on another thread restores the terminal")
        func trapElsewhere() async throws {
            let before = pty.modes

            await #expect(processExitsWith: .failure) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                screen.show("a frame")
                var thread = pthread_t()
                pthread_create(&thread, nil, { _ in fatalError("the reason") }, nil)
                pthread_join(thread, nil)
            }

            #expect(pty.modes == before)
            #expect(try afterScreen().contains("the reason"))
        }

        @Test(
            "a signal of a crash restores the terminal and keeps its exit status",
            arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT]
        )
        func signals(signal: Int32) async throws {
            let before = pty.modes

            await #expect(processExitsWith: .signal(signal)) {
                [path = pty.path as String, signal] in
                let screen = try ScreenInChild(path)
                screen.show("a frame")
                // Unlike a program's own threads, those that run tests block SIGABRT.
                var none = sigset_t()
                sigemptyset(&none)
                pthread_sigmask(SIG_SETMASK, &none, nil)
                raise(signal)
            }

            #expect(pty.modes == before)
            _ = try afterScreen()
        }

        @Test("a stack overflow restores the terminal")
        func stackOverflow() async throws {
            let before = pty.modes

            await #expect(processExitsWith: .signal(SIGSEGV)) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                screen.show("a frame")
                _ = ScreenInChild.depth(1)
            }

            #expect(pty.modes == before)
            _ = try afterScreen()
        }

        @Test("exit restores the terminal")
        func exits() async throws {
            let before = pty.modes

            await #expect(processExitsWith: .exitCode(3)) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                screen.show("a frame")
                exit(3)
            }

            #expect(pty.modes == before)
            _ = try afterScreen()
        }

        @Test("a message on standard error waits until the screen is gone")
        func messagesWait() async throws {
            await #expect(processExitsWith: .exitCode(0)) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                let message = "a log line\n"
                write(STDERR_FILENO, message, message.utf8.count)
                screen.show("a frame")
                screen.terminal.close()
                exit(0)
            }

            let output = pty.output()
            #expect(output.components(of: "a log line") == 1)
            let left = try #require(output.ranges(of: "\u{1b}[?1049l").first)
            #expect(output[left.upperBound...].contains("a log line"))
        }

        @Test("a crash after the terminal was closed writes nothing to it")
        func crashAfterwards() async throws {
            await #expect(processExitsWith: .signal(SIGABRT)) { [path = pty.path as String] in
                let screen = try ScreenInChild(path)
                screen.terminal.close()
                abort()
            }

            #expect(pty.output().components(of: "\u{1b}[?1049l") == 1)
        }
    }
}

/// A terminal in the process of an exit test, with standard error on it too, as in real life.
private struct ScreenInChild {
    let terminal: NcursesTerminal

    init(_ path: String) throws {
        setenv("TERM", "xterm-256color", 1)
        let descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        dup2(descriptor, STDERR_FILENO)
        terminal = try NcursesTerminal(
            input: descriptor,
            output: descriptor,
            theme: .colour,
            ascii: false
        )
    }

    func show(_ text: String) {
        var frame = CellBuffer(width: 80, height: 24)
        frame.write(text, x: 0, y: 0)
        terminal.present(frame)
    }

    /// Recurs until the stack is used up.
    @inline(never)
    static func depth(_ level: Int) -> Int {
        level == .max ? 0 : 1 + depth(level + 1) / (level | 1)
    }
}

extension String {
    /// How often a part occurs.
    fileprivate func components(of part: String) -> Int {
        ranges(of: part).count
    }
}
