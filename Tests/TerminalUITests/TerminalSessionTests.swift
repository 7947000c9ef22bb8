import CLinux
import Glibc
import Testing

@testable import TerminalUI

extension TerminalTests {
    @Suite("A terminal session", .serialized)
    struct TerminalSessionTests {
        private let pty: PseudoTerminal

        init() throws {
            pty = try PseudoTerminal()
            setenv("TERM", "xterm-256color", 1)
        }

        /// Runs the body in a session, with the signals blocked for this thread.
        private func withSession(_ body: (TerminalSession) throws -> Void) throws {
            var before = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &before)
            Signals.block()
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            let terminal = try NcursesTerminal(
                input: pty.terminal,
                output: pty.terminal,
                theme: .colour,
                ascii: false
            )
            let session = try TerminalSession(terminal: terminal, signals: SignalSource())
            defer { session.close() }
            try body(session)
        }

        @Test("keys that come together are told one by one, and then the wait ends")
        func keys() throws {
            try withSession { session in
                pty.type("n\u{1b}OAq")

                #expect(session.nextEvent(waking: nil, atMost: nil) == .key(.character("n")))
                #expect(session.nextEvent(waking: nil, atMost: nil) == .key(.up))
                #expect(session.nextEvent(waking: nil, atMost: nil) == .key(.character("q")))
                #expect(session.nextEvent(waking: nil, atMost: .zero) == .timeout)
            }
        }

        @Test("a wait is never shorter than was asked")
        func timeout() throws {
            try withSession { session in
                let start = ContinuousClock.now

                let event = session.nextEvent(waking: nil, atMost: .microseconds(1_200))

                #expect(event == .timeout)
                #expect(ContinuousClock.now - start >= .microseconds(1_200))
            }
        }

        @Test("another thread's notification ends the wait once")
        func waking() throws {
            try withSession { session in
                let waking = clinux_eventfd()
                defer { Glibc.close(waking) }
                clinux_eventfd_notify(waking)
                clinux_eventfd_notify(waking)

                #expect(session.nextEvent(waking: waking, atMost: nil) == .woken)
                #expect(session.nextEvent(waking: waking, atMost: .zero) == .timeout)
            }
        }

        @Test("a signal asks the program to end", arguments: Signals.terminating)
        func terminates(signal: Int32) throws {
            try withSession { session in
                raise(signal)

                #expect(session.nextEvent(waking: nil, atMost: nil) == .terminate(signal: signal))
                #expect(session.nextEvent(waking: nil, atMost: .zero) == .timeout)
            }
        }

        @Test("a new size is told once, with the size")
        func resizes() throws {
            try withSession { session in
                pty.resize(width: 40, height: 12)
                raise(SIGWINCH)

                let event = session.nextEvent(waking: nil, atMost: nil)

                #expect(event == .resized(width: 40, height: 12))
                #expect(session.size == (40, 12))
                #expect(session.nextEvent(waking: nil, atMost: .zero) == .timeout)
            }
        }

        @Test("a process that was stopped from outside shows its last frame again")
        func continues() throws {
            try withSession { session in
                var frame = CellBuffer(width: 80, height: 24)
                frame.write("still here", x: 0, y: 0)
                session.present(frame)
                _ = pty.output()

                raise(SIGCONT)
                let event = session.nextEvent(waking: nil, atMost: nil)

                #expect(event == .resumed)
                #expect(pty.output().contains("still here"))
            }
        }

        @Test("a terminal that goes away is told once and not polled again")
        func inputCloses() throws {
            var pty = try PseudoTerminal() as PseudoTerminal?
            let terminal = try NcursesTerminal(
                input: #require(pty).terminal,
                output: #require(pty).terminal,
                theme: .colour,
                ascii: false
            )
            var before = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &before)
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            let session = try TerminalSession(terminal: terminal, signals: SignalSource())

            pty = nil
            session.present(CellBuffer(width: 80, height: 24))

            #expect(session.nextEvent(waking: nil, atMost: nil) == .inputClosed)
            #expect(session.nextEvent(waking: nil, atMost: .milliseconds(1)) == .timeout)
        }

        @Test("Ctrl-Z gives the terminal back and stops the process until it is continued")
        func stops() async throws {
            await #expect(processExitsWith: .exitCode(0)) { [path = pty.path as String] in
                Signals.block()
                setenv("TERM", "xterm-256color", 1)
                let descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
                let terminal = try NcursesTerminal(
                    input: descriptor,
                    output: descriptor,
                    theme: .colour,
                    ascii: false
                )
                let session = try TerminalSession(terminal: terminal, signals: SignalSource())
                try Continuer.start()

                raise(SIGTSTP)
                let first = session.nextEvent(waking: nil, atMost: nil)
                let second = session.nextEvent(waking: nil, atMost: .zero)

                session.close()
                exit(first == .resumed && second == .timeout ? 0 : 1)
            }

            let output = pty.output()
            #expect(output.ranges(of: "\u{1b}[?1049h").count == 2)
            #expect(output.ranges(of: "\u{1b}[?1049l").count == 2)
        }
    }

    @Suite("Signals without a screen", .serialized)
    struct SignalSourceTests {
        @Test("only those that ask the program to end are told")
        func tellsTerminating() throws {
            var before = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &before)
            Signals.block()
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            let source = try SignalSource()

            raise(SIGWINCH)
            raise(SIGCONT)
            raise(SIGTERM)

            #expect(source.next() == SIGTERM)
            #expect(source.next() == nil)
        }
    }
}

/// A shell that continues this process as soon as it is stopped, or ends with it.
private enum Continuer {
    static func start() throws {
        let me = getpid()
        let script = """
            while kill -0 \(me); do
                case "$(cat /proc/\(me)/stat)" in *") T "*) kill -CONT \(me); exit;; esac
            done 2>/dev/null
            """
        var arguments: [UnsafeMutablePointer<CChar>?] = [
            strdup("sh"), strdup("-c"), strdup(script), nil,
        ]
        defer { arguments.forEach { free($0) } }
        var pid = pid_t()
        let number = posix_spawn(&pid, "/bin/sh", nil, nil, &arguments, environ)
        try #require(number == 0)
    }
}
