import Glibc
import NIOPosix

extension MultiThreadedEventLoopGroup {
    /// Ends the threads, whose channels have been closed, and waits for them where that can be done.
    ///
    /// NIO waits with the help of libdispatch, and that watches over threads of its own by reading
    /// `/proc/TID/stat`: where that is missing it traps. So it is in a pid namespace without a `/proc`
    /// of its own (see pid_namespaces(7)), and without any. There the threads, which have nothing to
    /// do any more, end with the process.
    func endThreads() {
        if Self.canWait {
            try? syncShutdownGracefully()
        } else {
            // Not to be destroyed while its threads run.
            _ = Unmanaged.passRetained(self)
        }
    }

    /// Whether the processes in `/proc` are those that this one sees.
    private static var canWait: Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        let length = readlink("/proc/self", &bytes, bytes.count)
        return length > 0 && String(decoding: bytes[..<length], as: UTF8.self) == "\(getpid())"
    }
}
