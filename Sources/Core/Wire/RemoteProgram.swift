/// The remote program that a signalbox is, as `Docs/signalbox.x` describes it.
package enum RemoteProgram {
    package static let number: UInt32 = 536_887_319
    package static let version: UInt32 = 1

    package static let longestName = 64
    package static let longestBody = 4096
    /// A reply over UDP must fit into 8800 bytes, the buffer of usual clients.
    package static let longestReply = 8192
    /// The most services that one LOOKUP gives.
    package static let mostHits = 32
}

/// The procedures of version 1 that are there.
package enum RemoteProcedure: UInt32, CaseIterable, Sendable {
    /// Does nothing: is the server there?
    case null = 0
    /// Puts a job into the buffer.
    case submit = 1
    /// Takes a job out of the buffer.
    case take = 2
    /// Tells how full the buffer is.
    case status = 3
    /// Enters a service into the registry, for a while.
    case register = 4
    /// Keeps it there for longer.
    case renew = 5
    /// Asks who offers a service.
    case lookup = 6
    /// Takes a service out of the registry.
    case cancel = 7
    /// Puts a job into a mailbox.
    case put = 8
    /// Takes a job out of a mailbox.
    case get = 9
    /// Asks which mailboxes there are.
    case mailboxes = 10
}

/// What became of a call (`sbx_code`); `Docs/signalbox.x` says what each means where.
package enum RemoteCode: Int32, Sendable {
    case ok = 0
    case full = 1
    case empty = 2
    case timeout = 3
    case denied = 4
    case bad = 5
}

/// A job as it travels (`sbx_job`).
package struct RemoteJob: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var device: String
    package var seconds: UInt32
    package var body: [UInt8]

    package init(device: String, seconds: UInt32, body: [UInt8] = []) {
        self.device = device
        self.seconds = seconds
        self.body = body
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        device = try decoder.string("the device's name", limit: RemoteProgram.longestName)
        seconds = try decoder.unsignedInt("the seconds")
        body = try decoder.opaque("the body", limit: RemoteProgram.longestBody)
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.string(device)
        encoder.unsignedInt(seconds)
        encoder.opaque(body)
    }
}

/// The arguments of SUBMIT (`sbx_submit`).
package struct RemoteSubmit: Equatable, Sendable, XDREncodable {
    package var job: RemoteJob
    /// How long to wait for a free slot; 0 does not block.
    package var waitMilliseconds: UInt32

    package init(_ job: RemoteJob, waitMilliseconds: UInt32 = 0) {
        self.job = job
        self.waitMilliseconds = waitMilliseconds
    }

    package func encode(to encoder: inout XDREncoder) {
        job.encode(to: &encoder)
        encoder.unsignedInt(waitMilliseconds)
    }
}

/// The arguments of SUBMIT as they lie in the message: the server copies only what it keeps.
package struct RemoteSubmitView: XDRDecodable {
    /// Not sanitised; perhaps not even UTF-8.
    package let device: UnsafeRawBufferPointer
    package let seconds: UInt32
    package let body: UnsafeRawBufferPointer
    package let waitMilliseconds: UInt32

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        device = try decoder.opaqueView("the device's name", limit: RemoteProgram.longestName)
        seconds = try decoder.unsignedInt("the seconds")
        body = try decoder.opaqueView("the body", limit: RemoteProgram.longestBody)
        waitMilliseconds = try decoder.unsignedInt("the time to wait")
    }
}

/// The result of SUBMIT (`sbx_receipt`).
package struct RemoteReceipt: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var code: RemoteCode
    /// The job's number; 0 where there is none.
    package var id: UInt64
    package var depth: UInt32
    package var capacity: UInt32

    package init(_ code: RemoteCode, id: UInt64 = 0, depth: UInt32, capacity: UInt32) {
        self.code = code
        self.id = id
        self.depth = depth
        self.capacity = capacity
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        code = try decoder.enumeration("the code")
        id = try decoder.unsignedHyper("the job's number")
        depth = try decoder.unsignedInt("the depth")
        capacity = try decoder.unsignedInt("the capacity")
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.enumeration(code)
        encoder.unsignedHyper(id)
        encoder.unsignedInt(depth)
        encoder.unsignedInt(capacity)
    }

    /// Bytes of a whole reply: six words of header, a code, a number of two words, two words.
    package static let replySize = 44

    /// Writes the whole reply message, the same as `RemoteResult.receipt` makes.
    package func writeReply(xid: UInt32, into memory: UnsafeMutableRawBufferPointer) {
        let words: [11 of UInt32] = [
            xid, RemoteReply.messageType, 0, 0, 0, 0, UInt32(bitPattern: code.rawValue),
            UInt32(truncatingIfNeeded: id >> 32), UInt32(truncatingIfNeeded: id), depth, capacity,
        ]
        for index in words.indices {
            memory.storeBytes(of: words[index].bigEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
    }
}

/// The result of TAKE (`sbx_taking`).
package enum RemoteTaking: Equatable, Sendable, XDREncodable, XDRDecodable {
    case taken(id: UInt64, RemoteJob)
    /// Never `.ok`.
    case nothing(RemoteCode)

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        self = try decoder.union("the code") {
            (code: RemoteCode, decoder: inout XDRDecoder) throws(XDRError) -> RemoteTaking in
            guard code == .ok else { return .nothing(code) }
            let id = try decoder.unsignedHyper("the job's number")
            return .taken(id: id, try RemoteJob(from: &decoder))
        }
    }

    package func encode(to encoder: inout XDREncoder) {
        switch self {
        case .nothing(let code):
            encoder.enumeration(code)
        case .taken(let id, let job):
            encoder.union(RemoteCode.ok) { encoder in
                encoder.unsignedHyper(id)
                job.encode(to: &encoder)
            }
        }
    }
}

/// The result of STATUS (`sbx_counts`).
package struct RemoteCounts: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var produced: UInt64
    package var consumed: UInt64
    package var depth: UInt32
    package var capacity: UInt32
    package var waitingPut: UInt32
    package var waitingTake: UInt32

    package init(
        produced: UInt64,
        consumed: UInt64,
        depth: UInt32,
        capacity: UInt32,
        waitingPut: UInt32,
        waitingTake: UInt32
    ) {
        self.produced = produced
        self.consumed = consumed
        self.depth = depth
        self.capacity = capacity
        self.waitingPut = waitingPut
        self.waitingTake = waitingTake
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        produced = try decoder.unsignedHyper("produced")
        consumed = try decoder.unsignedHyper("consumed")
        depth = try decoder.unsignedInt("the depth")
        capacity = try decoder.unsignedInt("the capacity")
        waitingPut = try decoder.unsignedInt("the waiting producers")
        waitingTake = try decoder.unsignedInt("the waiting consumers")
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.unsignedHyper(produced)
        encoder.unsignedHyper(consumed)
        encoder.unsignedInt(depth)
        encoder.unsignedInt(capacity)
        encoder.unsignedInt(waitingPut)
        encoder.unsignedInt(waitingTake)
    }
}
