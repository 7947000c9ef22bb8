import Glibc
import Testing

/// A terminal whose every byte is counted: a pseudo-terminal with nobody but the test behind it.
final class BareTerminal {
    let path: String
    private let person: Int32
    // TIOCSPTLCK and TIOCGPTN, macros that Swift cannot import. See ioctl_tty(2).
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init(width: UInt16 = 80, height: UInt16 = 24) throws {
        person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var locked: Int32 = 0
        var number: Int32 = 0
        try #require(ioctl(person, Self.setLock, &locked) == 0)
        try #require(ioctl(person, Self.getNumber, &number) == 0)
        path = "/dev/pts/\(number)"
        var window = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(person, UInt(TIOCSWINSZ), &window) == 0)
    }

    deinit { close(person) }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        write(person, bytes, bytes.count)
    }

    /// What was written to it since it was last read.
    func read() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let length = Glibc.read(person, &chunk, chunk.count), length > 0 {
            bytes += chunk[..<length]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
