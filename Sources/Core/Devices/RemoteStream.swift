import Glibc

/// A TCP connection of a client, for whole records.
///
/// It belongs to one thread.
final class RemoteStream {
    private let socket: any ByteStream
    private var marking = RecordMarking()
    private var unread: [UInt8] = []

    /// Connects, waiting at most until the deadline.
    init(
        connect server: SocketAddress,
        _ credentials: Credentials,
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        do throws(SystemError) {
            socket = try credentials.connect(to: server)
            try socket.waitUntilConnected(atMost: deadline - .now)
        } catch {
            throw RemoteCallFailure(error)
        }
    }

    /// Sends all of the bytes, or throws: after a time-out the stream is of no more use.
    func send(
        _ bytes: [UInt8],
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) {
        do throws(SystemError) {
            try socket.send(bytes, atMost: deadline - .now)
        } catch {
            throw RemoteCallFailure(error)
        }
    }

    /// The next record; `nil` when the time is over.
    func receive(until deadline: ContinuousClock.Instant) throws(RemoteCallFailure) -> [UInt8]? {
        while true {
            if let record = try nextRecord() { return record }
            guard let piece = try nextPiece(until: deadline) else { return nil }
            if piece.isEmpty { throw .closed }
            unread = piece
        }
    }

    /// What has come next; empty at the end of the stream, `nil` when the time is over.
    private func nextPiece(
        until deadline: ContinuousClock.Instant
    ) throws(RemoteCallFailure) -> [UInt8]? {
        do throws(SystemError) {
            guard try socket.waitUntilReadable(atMost: deadline - .now) else { return nil }
            return try socket.receive()
        } catch {
            throw RemoteCallFailure(error)
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
}

extension RemoteCallFailure {
    /// What the socket says, in the words of calls.
    fileprivate init(_ error: SystemError) {
        self = error.number == ETIMEDOUT ? .timedOut : .system(error)
    }
}
