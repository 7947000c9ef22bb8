import Glibc
import Testing

/// Both ends of a pseudo-terminal: the program's, and the one where a person would sit.
final class PseudoTerminal {
    /// The side that a program takes for its terminal.
    let terminal: Int32
    let path: String
    private let person: Int32
    // TIOCSPTLCK and TIOCGPTN, macros that Swift cannot import. See ioctl_tty(2).
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let marker = "\u{4}end of output\u{4}"

    init(width: UInt16 = 80, height: UInt16 = 24) throws {
        person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        var number: Int32 = 0
        try #require(ioctl(person, PseudoTerminal.setLock, &locked) == 0)
        try #require(ioctl(person, PseudoTerminal.getNumber, &number) == 0)
        path = "/dev/pts/\(number)"
        terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(terminal >= 0)
        resize(width: width, height: height)
    }

    deinit {
        close(terminal)
        close(person)
    }

    func resize(width: UInt16, height: UInt16) {
        var window = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(person, UInt(TIOCSWINSZ), &window)
    }

    /// Presses keys, and returns when the program can read them.
    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(person, bytes, bytes.count)
        var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, 10_000)
        var waiting: Int32 = 0
        while ioctl(terminal, UInt(FIONREAD), &waiting) == 0, waiting < bytes.count {
            sched_yield()
        }
    }

    /// All that was written to the terminal and not yet been read here.
    ///
    /// The system hands the bytes over in the background. So a marker follows them, and what comes
    /// before the marker is all there is.
    func output() -> String {
        let marker = Array(PseudoTerminal.marker.utf8)
        _ = write(terminal, marker, marker.count)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !bytes.suffix(marker.count).elementsEqual(marker) {
            let length = read(person, &chunk, chunk.count)
            guard length > 0 else { break }
            bytes += chunk[..<length]
        }
        return String(decoding: bytes.dropLast(marker.count), as: UTF8.self)
    }

    /// The modes that a restored terminal must have again.
    var modes: [UInt32] {
        var modes = termios()
        _ = tcgetattr(terminal, &modes)
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }
}
