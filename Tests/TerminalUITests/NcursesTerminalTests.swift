import Glibc
import Testing

@testable import TerminalUI

extension TerminalTests {
    @Suite("ncurses", .serialized)
    struct NcursesTerminalTests {
        private let pty: PseudoTerminal

        init() throws {
            pty = try PseudoTerminal()
            setenv("TERM", "xterm-256color", 1)
            unsetenv("NO_COLOR")
        }

        private func start(ascii: Bool = false) throws(TerminalError) -> NcursesTerminal {
            try NcursesTerminal(
                input: pty.terminal,
                output: pty.terminal,
                theme: .colour,
                ascii: ascii
            )
        }

        @Test("a frame is shown in the alternate screen, without the cursor")
        func showsFrames() throws {
            let terminal = try start()
            var frame = CellBuffer(width: 80, height: 24)
            frame.write("日本 ■ ok", x: 3, y: 2, style: .alarm)
            terminal.present(frame)

            let output = pty.output()

            #expect(terminal.size == (80, 24))
            #expect(output.contains("\u{1b}[?1049h"))
            #expect(output.contains("\u{1b}[?25l"))
            #expect(output.contains("日本 ■ ok"))
            #expect(output.contains("\u{1b}[31m"))
        }

        @Test("a frame that was shown already writes nothing")
        func writesNothingTwice() throws {
            let terminal = try start()
            var frame = CellBuffer(width: 80, height: 24)
            frame.box(frame.bounds, title: "Buffer")
            terminal.present(frame)
            _ = pty.output()

            terminal.present(frame)
            let key = terminal.readKey()

            #expect(pty.output().isEmpty)
            #expect(key == nil)
        }

        @Test("only the cells that differ are written")
        func writesDifferences() throws {
            let terminal = try start()
            var frame = CellBuffer(width: 80, height: 24)
            frame.write("produced 17 jobs", x: 0, y: 0)
            frame.write("日本", x: 0, y: 1)
            terminal.present(frame)
            _ = pty.output()
            frame.write("8", x: 10, y: 0)
            frame.write("x", x: 1, y: 1)
            terminal.present(frame)

            let output = pty.output()

            #expect(output.contains("8"))
            #expect(output.contains("x"))
            #expect(output.contains("本") == false)
            #expect(output.contains("jobs") == false)
        }

        @Test("with ASCII no other byte reaches the terminal")
        func ascii() throws {
            let terminal = try start(ascii: true)
            var frame = CellBuffer(width: 80, height: 24)
            frame.box(frame.bounds, title: "日本 ✓")
            terminal.present(frame)

            let output = pty.output()

            #expect(output.unicodeScalars.allSatisfy { $0.isASCII })
            #expect(output.contains("???? *"))
        }

        @Test("NO_COLOR is obeyed")
        func noColour() throws {
            setenv("NO_COLOR", "1", 1)
            defer { unsetenv("NO_COLOR") }
            let terminal = try start()
            var frame = CellBuffer(width: 80, height: 24)
            for style in Style.allCases {
                frame.write("x", x: 0, y: Int(style.rawValue), style: style)
            }
            terminal.present(frame)

            let output = pty.output()

            #expect(output.contains(#/\x1b\[([0-9;]*;)?3[0-7]/#) == false)
            #expect(output.contains(";7m"))
        }

        @Test(
            "keys are recognized",
            arguments: [
                ("n", Key.character("n")), (" ", .character(" ")), ("ü", .character("ü")),
                ("\r", .enter), ("\t", .tab), ("\u{7f}", .backspace), ("\u{1b}", .escape),
                ("\u{1b}OA", .up), ("\u{1b}OB", .down), ("\u{1b}OC", .right), ("\u{1b}OD", .left),
                ("\u{1b}OH", .home), ("\u{1b}OF", .end), ("\u{1b}[5~", .pageUp),
                ("\u{1b}[6~", .pageDown), ("\u{1b}[3~", .delete), ("\u{1b}[2~", .insert),
                ("\u{1b}[Z", .backTab), ("\u{1b}OP", .function(1)), ("\u{1}", .character("\u{1}")),
            ]
        )
        func keys(typed: String, key: Key) throws {
            let terminal = try start()
            pty.type(typed)

            #expect(terminal.readKey() == key)
            #expect(terminal.readKey() == nil)
        }

        @Test("a frame of another size than the screen is cut or leaves the rest empty")
        func otherSizes() throws {
            let terminal = try start()
            for (width, height) in [(0, 0), (1, 1), (200, 60), (81, 24), (80, 25)] {
                var frame = CellBuffer(width: width, height: height)
                frame.fill(frame.bounds, character: "x")
                frame.write("日", x: 79, y: 0)
                terminal.present(frame)
            }
            terminal.present(CellBuffer(width: 80, height: 24))

            #expect(terminal.size == (80, 24))
        }

        @Test("a new size is taken over and the next frame is drawn in full")
        func resizes() throws {
            let terminal = try start()
            terminal.present(CellBuffer(width: 80, height: 24))
            pty.resize(width: 120, height: 40)

            terminal.updateSize()
            let key = terminal.readKey()
            _ = pty.output()
            var frame = CellBuffer(width: 120, height: 40)
            frame.write("corner", x: 114, y: 38)
            terminal.present(frame)

            #expect(key == nil)
            #expect(terminal.size == (120, 40))
            #expect(pty.output().contains("corner"))
        }

        @Test("closing restores modes and screen, and closing again does nothing")
        func closes() throws {
            let before = pty.modes
            let terminal = try start()
            let during = pty.modes
            _ = pty.output()

            terminal.close()
            let output = pty.output()
            terminal.close()
            terminal.present(CellBuffer(width: 80, height: 24))

            #expect(during != before)
            #expect(pty.modes == before)
            #expect(output.contains("\u{1b}[?1049l"))
            #expect(output.contains("\u{1b}[?25h") || output.contains("\u{1b}[?12l\u{1b}[?25h"))
            #expect(pty.output().isEmpty)
        }

        @Test("letting the terminal go restores it")
        func restoresInDeinit() throws {
            let before = pty.modes

            _ = try start()

            #expect(pty.modes == before)
        }

        @Test("suspending gives the terminal back, and resuming shows the frame again")
        func suspends() throws {
            let before = pty.modes
            let terminal = try start()
            let during = pty.modes
            var frame = CellBuffer(width: 80, height: 24)
            frame.write("still here", x: 0, y: 0)
            terminal.present(frame)
            terminal.suspend()
            let suspended = pty.modes
            _ = pty.output()

            terminal.present(CellBuffer(width: 80, height: 24))
            let whileSuspended = pty.output()
            terminal.resume()

            #expect(suspended == before)
            #expect(whileSuspended.isEmpty)
            #expect(pty.modes == during)
            let resumed = pty.output()
            #expect(resumed.contains("still here"))
            #expect(resumed.contains("\u{1b}[?1049h"))
        }

        @Test(
            "a terminal that cannot show a screen is refused in a sentence",
            arguments: [
                ("", TerminalError.unnamedTerminal),
                ("no-such-terminal", .unknownTerminal("no-such-terminal")),
                ("dumb", .printsOnly("dumb")),
            ]
        )
        func refuses(name: String, error: TerminalError) throws {
            setenv("TERM", name, 1)
            let before = pty.modes

            #expect(throws: error) { try start() }

            #expect(pty.modes == before)
            #expect(pty.output().contains("\u{1b}[?1049h") == false)
        }

        @Test("a file is no terminal")
        func refusesFiles() throws {
            let file = open("/dev/null", O_RDWR)
            defer { close(file) }

            #expect(throws: TerminalError.notATerminal) {
                try NcursesTerminal(
                    input: file,
                    output: pty.terminal,
                    theme: .colour,
                    ascii: false
                )
            }
        }
    }
}
