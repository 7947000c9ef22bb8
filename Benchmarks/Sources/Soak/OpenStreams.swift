import Core
import Glibc

/// Very many TCP connections of one thread.
final class OpenStreams {
    private let port: UInt16
    private(set) var descriptors: [Int32] = []

    init(to port: UInt16) {
        self.port = port
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// Raises this process's limit of open files.
    ///
    /// - Returns: How many there can be.
    static func raiseLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Opens one more.
    ///
    /// - Returns: Whether it was possible.
    func open() -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        let address = SocketAddress.loopback(port: port)
        guard address.withSystemAddress({ connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return false
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        descriptors.append(descriptor)
        return true
    }

    /// Sends all the bytes.
    func send(_ bytes: [UInt8], on descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor,
                    $0.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Waits for so many bytes.
    ///
    /// - Returns: They, or fewer where the connection ends or nothing comes for 30 s.
    func receive(_ count: Int, on descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 30_000) > 0 else { break }
            let length = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: received), count - received, 0)
            }
            guard length > 0 else { break }
            received += length
        }
        return Array(bytes.prefix(received))
    }

    /// How many have been ended by the server.
    var ended: Int {
        descriptors.count { descriptor in
            var byte: UInt8 = 0
            let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
            return recv(descriptor, &byte, 1, flags) == 0
        }
    }
}
