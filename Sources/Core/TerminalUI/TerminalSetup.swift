import CNcurses
import Glibc

/// What has to be asked and arranged before the first frame can be shown.
enum TerminalSetup {
    typealias Files = (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)

    /// The terminal's name, when both descriptors are a terminal that has one.
    static func checkedName(input: Int32, output: Int32) throws(TerminalError) -> String {
        guard isatty(input) == 1, isatty(output) == 1 else { throw .notATerminal }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        guard !name.isEmpty else { throw .unnamedTerminal }
        return name
    }

    /// Takes the user's locale over, and C.UTF-8 for characters where there is none.
    ///
    /// - Returns: Whether characters are UTF-8.
    static func chooseLocale() -> Bool {
        setlocale(LC_ALL, "")
        let name = setlocale(LC_CTYPE, nil).map { String(cString: $0) }
        if name == nil || name == "C" || name == "POSIX" { setlocale(LC_CTYPE, "C.UTF-8") }
        return nl_langinfo(Int32(CODESET)).map { String(cString: $0) } == "UTF-8"
    }

    /// Duplicates the descriptors, for a `FILE` owns the one it is made of.
    static func open(input: Int32, output: Int32) throws(TerminalError) -> Files {
        let keys = try duplicate(input, mode: "r")
        do throws(TerminalError) {
            return (input: keys, output: try duplicate(output, mode: "w"))
        } catch {
            fclose(keys)
            throw error
        }
    }

    private static func duplicate(
        _ descriptor: Int32,
        mode: String
    ) throws(TerminalError) -> UnsafeMutablePointer<FILE> {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .systemCall("dup", number: errno) }
        guard let file = fdopen(copy, mode) else {
            let number = errno
            close(copy)
            throw .systemCall("fdopen", number: number)
        }
        return file
    }

    /// Keys one by one and not echoed, no cursor, a clear screen.
    static func configure(_ window: UnsafeMutablePointer<WINDOW>) {
        cbreak()
        noecho()
        nonl()
        set_escdelay(25)
        intrflush(window, false)
        // Always finish a frame: do not look for keys between its lines.
        typeahead(-1)
        keypad(window, true)
        nodelay(window, true)
        leaveok(window, true)
        idlok(window, false)
        scrollok(window, false)
        curs_set(0)
        wrefresh(window)
    }

    /// The terminal's size, or `nil` when it does not say.
    static func size(of descriptor: Int32) -> (width: Int, height: Int)? {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 else { return nil }
        guard window.ws_col > 0, window.ws_row > 0 else { return nil }
        return (Int(window.ws_col), Int(window.ws_row))
    }
}
