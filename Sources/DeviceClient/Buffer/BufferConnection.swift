import Core
import Glibc

/// One operation on the buffer server: connect, send one object, read one object, close.
struct BufferConnection {
    enum Failure: Error, Equatable {
        /// Nothing was sent, so the operation has not happened and can be tried again.
        case notConnected(SystemError)
        /// The request was sent, at least in part: nobody knows what happened.
        case noReply(String)
    }

    let socket: any ByteStream
    /// For the connection and for the reply, each.
    let timeout: Duration

    /// Sends the request, once, and reads the reply.
    func perform(_ request: BufferWish) throws(Failure) -> BufferReply {
        do throws(SystemError) {
            try socket.waitUntilConnected(atMost: timeout)
        } catch {
            throw .notConnected(error)
        }
        let reply: BufferReply?
        do throws(SystemError) {
            try socket.send(request.bytes, atMost: timeout)
            reply = try receive()
        } catch {
            throw .noReply("\(error)")
        }
        guard let reply else { throw .noReply("the answer is no reply of a buffer server") }
        return reply
    }

    /// Reads until the object is whole, for some servers do not close; `nil` when it never is.
    private func receive() throws(SystemError) -> BufferReply? {
        let deadline = ContinuousClock.now + timeout
        var received: [UInt8] = []
        while received.count < BufferReply.longest {
            guard try socket.waitUntilReadable(atMost: deadline - .now) else {
                throw SystemError("recv", number: ETIMEDOUT)
            }
            let more = try socket.receive()
            guard !more.isEmpty else { return nil }
            received += more
            if let reply = BufferReply(received) { return reply }
        }
        return nil
    }
}
