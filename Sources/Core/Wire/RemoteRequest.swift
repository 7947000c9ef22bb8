/// What a client asks of the remote program.
package enum RemoteRequest: Equatable, Sendable {
    case null
    case submit(RemoteSubmit)
    case take(waitMilliseconds: UInt32)
    case status
    case register(RemoteRegister)
    case renew(RemoteRenew)
    /// Everybody where the name is empty.
    case lookup(name: String)
    case cancel(lease: UInt64)
    case put(RemotePut)
    case get(RemoteGet)
    case mailboxes

    package var procedure: RemoteProcedure {
        switch self {
        case .null: .null
        case .submit: .submit
        case .take: .take
        case .status: .status
        case .register: .register
        case .renew: .renew
        case .lookup: .lookup
        case .cancel: .cancel
        case .put: .put
        case .get: .get
        case .mailboxes: .mailboxes
        }
    }

    /// The whole call message, with no credential and no verifier.
    package func message(xid: UInt32) -> [UInt8] {
        var encoder = XDREncoder()
        let header = [
            xid, RemoteCall.messageType, RemoteCall.rpcVersion, RemoteProgram.number,
            RemoteProgram.version, procedure.rawValue, 0, 0, 0, 0,
        ]
        for word in header { encoder.unsignedInt(word) }
        switch self {
        case .null, .status, .mailboxes: break
        case .submit(let submit): submit.encode(to: &encoder)
        case .take(let waitMilliseconds): encoder.unsignedInt(waitMilliseconds)
        case .register(let register): register.encode(to: &encoder)
        case .renew(let renew): renew.encode(to: &encoder)
        case .lookup(let name): encoder.string(name)
        case .cancel(let lease): encoder.unsignedHyper(lease)
        case .put(let put): put.encode(to: &encoder)
        case .get(let get): get.encode(to: &encoder)
        }
        return encoder.bytes
    }
}

/// What the remote program answers.
package enum RemoteResult: Equatable, Sendable {
    case null
    case receipt(RemoteReceipt)
    case taking(RemoteTaking)
    case counts(RemoteCounts)
    case lease(RemoteLease)
    case hits(RemoteHits)
    /// What became of a CANCEL.
    case code(RemoteCode)
    case mailboxes(RemoteMailboxes)

    init(of procedure: RemoteProcedure, from decoder: inout XDRDecoder) throws(XDRError) {
        switch procedure {
        case .null: self = .null
        case .submit, .put: self = .receipt(try RemoteReceipt(from: &decoder))
        case .take, .get: self = .taking(try RemoteTaking(from: &decoder))
        case .status: self = .counts(try RemoteCounts(from: &decoder))
        case .register, .renew: self = .lease(try RemoteLease(from: &decoder))
        case .lookup: self = .hits(try RemoteHits(from: &decoder))
        case .cancel: self = .code(try decoder.enumeration("the code"))
        case .mailboxes: self = .mailboxes(try RemoteMailboxes(from: &decoder))
        }
    }

    /// Writes the whole reply.
    package func encode(xid: UInt32, to encoder: inout XDREncoder) {
        RemoteReply.encodeSuccess(xid: xid, to: &encoder)
        switch self {
        case .null: break
        case .receipt(let receipt): receipt.encode(to: &encoder)
        case .taking(let taking): taking.encode(to: &encoder)
        case .counts(let counts): counts.encode(to: &encoder)
        case .lease(let lease): lease.encode(to: &encoder)
        case .hits(let hits): hits.encode(to: &encoder)
        case .code(let code): encoder.enumeration(code)
        case .mailboxes(let mailboxes): mailboxes.encode(to: &encoder)
        }
    }
}

/// Reply messages (RFC 5531, section 9).
package enum RemoteReply {
    package static let messageType: UInt32 = 1
    /// Bytes before the result.
    package static let successSize = 24
    private static let longestVerifier = 400

    /// Why there is a reply and no result.
    package enum Failure: Error, Equatable, Sendable {
        case refused(RemoteRefusal)
        case undecodable(XDRError)
    }

    /// Whom a message answers; `nil` where it is no reply.
    package static func xid(of message: UnsafeRawBufferPointer) -> UInt32? {
        var decoder = XDRDecoder(message)
        guard let xid = try? decoder.unsignedInt("xid"),
            let type = try? decoder.unsignedInt("the message type"), type == messageType
        else { return nil }
        return xid
    }

    /// Reads a reply to a call of this procedure.
    package static func result(
        in message: UnsafeRawBufferPointer,
        of procedure: RemoteProcedure
    ) throws(Failure) -> RemoteResult {
        try result(in: message) { decoder throws(XDRError) in
            try RemoteResult(of: procedure, from: &decoder)
        }
    }

    /// The same for a procedure of any program.
    ///
    /// - Parameters:
    ///   - message: The whole reply.
    ///   - read: Reads the result, all of it.
    /// - Returns: What `read` returns.
    /// - Throws: Why there is no result.
    package static func result<Value>(
        in message: UnsafeRawBufferPointer,
        _ read: (inout XDRDecoder) throws(XDRError) -> Value
    ) throws(Failure) -> Value {
        let outcome: Result<Value, RemoteRefusal>
        do throws(XDRError) {
            outcome = try Self.outcome(in: message, read)
        } catch {
            throw .undecodable(error)
        }
        switch outcome {
        case .success(let result): return result
        case .failure(let refusal): throw .refused(refusal)
        }
    }

    private static func outcome<Value>(
        in message: UnsafeRawBufferPointer,
        _ read: (inout XDRDecoder) throws(XDRError) -> Value
    ) throws(XDRError) -> Result<Value, RemoteRefusal> {
        var decoder = XDRDecoder(message)
        _ = try decoder.unsignedInt("xid")
        _ = try decoder.unsignedInt("the message type")
        let denied = try decoder.bool("the reply status")
        if denied { return .failure(try RemoteRefusal.denied(&decoder)) }
        _ = try decoder.unsignedInt("the verifier's flavor")
        _ = try decoder.opaqueView("the verifier", limit: longestVerifier)
        let status = try decoder.unsignedInt("the accept status")
        guard status == 0 else {
            return .failure(try RemoteRefusal.accepted(status: status, &decoder))
        }
        let result = try read(&decoder)
        try decoder.end()
        return .success(result)
    }

    /// Writes everything before the result: accepted, a verifier that is nothing, success.
    package static func encodeSuccess(xid: UInt32, to encoder: inout XDREncoder) {
        encoder.unsignedInt(xid)
        encoder.unsignedInt(messageType)
        encoder.unsignedHyper(0)
        encoder.unsignedHyper(0)
    }
}

extension RemoteReply.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .undecodable(let error): "Can't decode result: \(error)"
        }
    }
}
