import CNcurses
import Glibc

/// The real terminal: shows frames and reads keys. The only file that draws with ncurses.
///
/// Main thread only, and one at a time, for ncurses keeps its state in globals; the compiler cannot
/// check the second. Closing it, or letting it go, restores the terminal.
package final class NcursesTerminal {
    private enum State {
        case up, suspended, closed
    }

    /// The cells that the screen has, in columns and rows.
    package private(set) var size: (width: Int, height: Int)
    /// Where keys come from, for `poll`.
    let input: Int32

    private let output: FrameOutput
    private let files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
    private let screen: OpaquePointer
    // Fetched once, because Swift 6 rejects the global `stdscr` as shared mutable state.
    private let window: UnsafeMutablePointer<WINDOW>
    private let ascii: Bool
    private var pen: CursesPen
    private var state = State.up
    /// What the screen shows; `nil` when that is unknown.
    private var shown: CellBuffer?
    /// What was asked for last, before a likeness in ASCII was made of it.
    private var presented: CellBuffer?

    /// Takes the terminal over and clears it.
    ///
    /// Without colours in the terminal, or with `NO_COLOR` set, the theme is `Theme.monochrome`; where
    /// the locale is not UTF-8, ASCII is used whatever was asked for.
    ///
    /// - Parameters:
    ///   - input: Where keys come from; duplicated, so that the caller may close it.
    ///   - output: Where frames go; duplicated as well.
    ///   - theme: The looks.
    ///   - ascii: Whether to draw with ASCII characters only.
    /// - Throws: A sentence about what is missing; nothing has been written then.
    package init(
        input: Int32,
        output: Int32,
        theme: Theme,
        ascii: Bool
    ) throws(TerminalError) {
        let name = try TerminalSetup.checkedName(input: input, output: output)
        let isUnicode = TerminalSetup.chooseLocale()
        files = try TerminalSetup.open(input: input, output: output)
        self.input = fileno(files.input)
        do throws(TerminalError) {
            self.output = try FrameOutput(curses: fileno(files.output))
            try CrashGuard.install(self.output.terminal)
            use_tioctl(true)
            guard let screen = newterm(nil, files.output, files.input), let window = sb_stdscr()
            else { throw .unknownTerminal(name) }
            self.screen = screen
            self.window = window
            guard sb_has_string("cup") else {
                endwin()
                delscreen(screen)
                throw .printsOnly(name)
            }
        } catch {
            CrashGuard.forget()
            fclose(files.input)
            fclose(files.output)
            throw error
        }
        self.ascii = ascii || !isUnicode
        pen = CursesPen(window: window, brushes: CursesBrush.all(for: theme))
        size = (Int(getmaxx(window)), Int(getmaxy(window)))
        CrashGuard.screenUp()
        TerminalSetup.configure(window)
    }

    deinit {
        close()
    }

    /// Shows the frame: writes what differs from the last one, and nothing when nothing differs.
    ///
    /// A frame of another size than the screen's is cut, or leaves the rest empty.
    package func present(_ frame: CellBuffer) {
        guard state == .up, frame != presented else { return }
        presented = frame
        let next = ascii ? frame.asciified() : frame
        if next.width != shown?.width || next.height != shown?.height {
            werase(window)
            shown = nil
        }
        let before = shown ?? CellBuffer(width: next.width, height: next.height)
        for y in 0..<min(next.height, size.height) {
            let width = min(next.width, size.width)
            next.forEachChange(from: before, row: y, width: width) {
                pen.draw(next, x: $0, y: y, before: size.width)
            }
            pen.lift()
        }
        shown = next
        wnoutrefresh(window)
        output.inOnePiece { _ = doupdate() }
    }

    /// The next key that was pressed, or `nil` when there is none. Never blocks for longer than it
    /// takes to tell the escape key from a sequence (25 ms).
    ///
    /// A new size of the window, of which ncurses tells like of a key, is taken over on the way.
    package func readKey() -> Key? {
        while state == .up {
            var value: wint_t = 0
            let kind = wget_wch(window, &value)
            guard kind != ERR else { return nil }
            let key: Key?
            if kind == KEY_CODE_YES {
                if Int32(value) == KEY_RESIZE { takeSize() }
                key = Key(cursesCode: Int32(value))
            } else {
                key = Key(curses: value)
            }
            if let key { return key }
        }
        return nil
    }

    /// Gives the terminal back for a while, as for Ctrl-Z.
    package func suspend() {
        guard state == .up else { return }
        endwin()
        CrashGuard.screenDown()
        state = .suspended
    }

    /// Takes the terminal over again and shows the last frame; the size may have changed.
    package func resume() {
        guard state == .suspended else { return }
        state = .up
        CrashGuard.screenUp()
        wrefresh(sb_curscr())
        updateSize()
    }

    /// Asks the terminal for its size and lays the window out anew when that has changed.
    func updateSize() {
        guard state == .up, let actual = TerminalSetup.size(of: output.terminal), actual != size
        else { return }
        resizeterm(Int32(actual.height), Int32(actual.width))
        takeSize()
    }

    /// Restores the terminal. A second call does nothing.
    package func close() {
        guard state != .closed else { return }
        suspend()
        state = .closed
        CrashGuard.forget()
        delscreen(screen)
        fclose(files.input)
        fclose(files.output)
    }

    private func takeSize() {
        size = (Int(getmaxx(window)), Int(getmaxy(window)))
        presented = nil
        shown = nil
    }
}
