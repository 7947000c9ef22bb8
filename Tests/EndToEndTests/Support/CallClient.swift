import Core
import Testing

/// A client of remote calls over TCP, each call with a number of its own.
final class CallClient {
    let stream: StreamClient
    private var next: UInt32 = 1
    private var marking = RecordMarking()
    private var replies: [UInt32: [UInt8]] = [:]
    private var looked = 0

    init(to port: UInt16) throws {
        stream = try StreamClient(to: port)
    }

    static func job(
        _ device: String,
        seconds: UInt32 = 0,
        body: String = "",
        wait: UInt32 = 0
    ) -> RemoteRequest {
        .submit(
            RemoteSubmit(
                RemoteJob(device: device, seconds: seconds, body: Array(body.utf8)),
                waitMilliseconds: wait
            )
        )
    }

    /// Sends a call and does not wait for its reply.
    ///
    /// - Parameter request: What is asked.
    /// - Returns: Its number.
    /// - Throws: Where it cannot be sent.
    @discardableResult
    func begin(_ request: RemoteRequest) async throws -> UInt32 {
        defer { next += 1 }
        try await stream.send(RecordMarking.record(request.message(xid: next)))
        return next
    }

    /// The reply to a call, if it has come.
    func reply(to xid: UInt32) throws -> [UInt8]? {
        stream.fill()
        guard stream.received.count > looked else { return replies[xid] }
        let bytes = Array(stream.received[looked...])
        looked = stream.received.count
        var position = 0
        try bytes.withUnsafeBytes { piece in
            while true {
                let record: [UInt8]
                switch try marking.next(in: piece, from: &position) {
                case .inPiece(let range): record = Array(piece[range])
                case .joined: record = marking.joined
                case .needsMore: return
                }
                if let xid = record.withUnsafeBytes({ RemoteReply.xid(of: $0) }) {
                    replies[xid] = record
                }
            }
        }
        return replies[xid]
    }

    /// Waits for the reply to a call.
    func result(of xid: UInt32, _ procedure: RemoteProcedure) async throws -> RemoteResult {
        let reply = try await Waiting.until("the reply to call \(xid)") {
            try self.reply(to: xid)
        }
        return try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: procedure) }
    }

    /// Calls and waits for the result.
    func call(_ request: RemoteRequest) async throws -> RemoteResult {
        try await result(of: begin(request), request.procedure)
    }

    func counts() async throws -> RemoteCounts {
        guard case .counts(let counts) = try await call(.status) else {
            throw NotInTime(awaited: "counts", instead: "another result")
        }
        return counts
    }

    /// Waits until the counts say something.
    func waitForCounts(_ awaited: String, where say: (RemoteCounts) -> Bool) async throws {
        var last: RemoteCounts?
        try await Waiting.until(awaited, instead: { "\(last.map { "\($0)" } ?? "nothing")" }) {
            let counts = try await counts()
            last = counts
            return say(counts) ? () : nil
        }
    }
}
