import Glibc

/// A TCP connection of a client, for whole records.
///
/// It belongs to one thread.
final class RemoteStream {
    private let descriptor: Int32
    private var marking = RecordMarking()
    private var unread: [UInt8] = []

    private static let pieceSize = 16 << 10

    /// Connects, waiting at most until the deadline.
    init(
        connect server: SocketAddress,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        do throws(SystemError) {
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            descriptor = try SystemError.check("socket") {
                socket(server.family, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
            }
        } catch {
            throw .system(error)
        }
        do throws(RemoteCallFailure) {
            try connect(to: server, until: deadline)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of the bytes, or throws: after a time-out the stream is of no more use.
    func send(
        _ bytes: [UInt8],
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent >= 0 {
                rest = rest.dropFirst(sent)
            } else if try mustWait("send") {
                guard try wait(for: POLLOUT, until: deadline) else { throw .timedOut }
            }
        }
    }

    /// The next record; `nil` when the time is over.
    func receive(until deadline: ContinuousClock.Instant) throws(RemoteCallFailure) -> [UInt8]? {
        while true {
            if let record = try nextRecord() { return record }
            guard try wait(for: POLLIN, until: deadline) else { return nil }
            var piece = [UInt8](repeating: 0, count: Self.pieceSize)
            let count = piece.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count > 0 {
                unread = Array(piece[..<count])
            } else if count == 0 {
                throw .closed
            } else {
                _ = try mustWait("recv")
            }
        }
    }

    private func nextRecord() throws(RemoteCallFailure) -> [UInt8]? {
        var position = 0
        do throws(RecordMarking.Failure) {
            let piece = unread
            let finding = try piece.span.withUnsafeBytes { bytes throws(RecordMarking.Failure) in
                try marking.next(in: bytes, from: &position)
            }
            unread.removeFirst(position)
            switch finding {
            case .inPiece(let range): return Array(piece[range])
            case .joined: return marking.joined
            case .needsMore: return nil
            }
        } catch {
            throw .unreadable(error)
        }
    }

    private func connect(
        to server: SocketAddress,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        let result = server.withSystemAddress { Glibc.connect(descriptor, $0, $1) }
        guard result < 0 else { return }
        guard errno == EINPROGRESS || errno == EINTR else { throw .system(SystemError("connect")) }
        guard try wait(for: POLLOUT, until: deadline) else { throw .timedOut }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { throw .system(SystemError("connect", number: error)) }
    }

    /// Whether the call that just failed is worth another try.
    private func mustWait(_ call: String) throws(RemoteCallFailure) -> Bool {
        let number = errno
        guard number == EAGAIN || number == EINTR else {
            throw .system(SystemError(call, number: number))
        }
        return number == EAGAIN
    }

    private func wait(
        for event: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) -> Bool {
        while true {
            // Rounded up, or the last millisecond would be spent polling without a pause.
            let left = max(deadline - .now, .zero)
            let milliseconds = Int32(clamping: (left.nanoseconds + 999_999) / 1_000_000)
            var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let ready = poll(&request, 1, milliseconds)
            if ready >= 0 { return ready > 0 }
            guard errno == EINTR else { throw .system(SystemError("poll")) }
        }
    }
}
