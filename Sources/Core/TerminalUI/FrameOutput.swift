import CLinux
import Glibc

/// Sends each frame to the terminal in one piece.
///
/// ncurses writes out whenever the cursor jumps, some 35 times a frame, and each time the terminal
/// wakes and may show half a frame. Its buffer cannot be changed, but its descriptor can: while it
/// draws, that is a file in memory.
final class FrameOutput {
    /// The terminal, also while ncurses' descriptor is something else.
    let terminal: Int32
    /// ncurses' descriptor; belongs to a `FILE`.
    private let curses: Int32
    /// `nil` where the system has no such files; then frames go out piece by piece.
    private let memory: Int32?
    private var bytes: [UInt8] = []

    init(curses: Int32) throws(TerminalError) {
        terminal = fcntl(curses, F_DUPFD_CLOEXEC, 0)
        guard terminal >= 0 else { throw .systemCall("dup", number: errno) }
        self.curses = curses
        let file = clinux_memory_file("frame")
        memory = file < 0 ? nil : file
    }

    deinit {
        close(terminal)
        if let memory { close(memory) }
    }

    /// Runs the body, in which ncurses writes, and sends what it has written.
    func inOnePiece(_ draw: () -> Void) {
        guard let memory, clinux_redirect(memory, curses) >= 0 else { return draw() }
        draw()
        clinux_redirect(terminal, curses)
        let count = Int(lseek(memory, 0, Int32(SEEK_CUR)))
        lseek(memory, 0, Int32(SEEK_SET))
        if bytes.count < count { bytes = [UInt8](repeating: 0, count: count) }
        let length = pread(memory, &bytes, count, 0)
        if length > 0 { send(bytes[..<length]) }
    }

    /// Writes everything; gives up when the terminal is gone, which `poll` will tell.
    private func send(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
