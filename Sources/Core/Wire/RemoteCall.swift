/// What a datagram or record says to a server of remote calls.
///
/// Source: RFC 5531, section 9; `rpcvers` is looked at first, then who calls, then what for.
package enum IncomingCall {
    case call(RemoteCall)
    /// A call that gets an error for an answer.
    case refused(xid: UInt32, RemoteRefusal)
    /// Nothing that may be answered.
    case dropped(Reason)

    package enum Reason: Equatable, Sendable {
        case tooShort(bytes: Int)
        /// Answering a reply would make two programs talk for ever.
        case reply
        case unknownMessage(type: UInt32)
    }

    /// A header of another RPC version is only known up to here.
    private static let shortestHeader = 24
    /// A header with two empty authentications.
    private static let shortestCall = 40
    private static let longestAuthentication = 400

    /// Reads one message; what it holds is valid only as long as the message's memory.
    ///
    /// - Complexity: O(n) for n bytes.
    package init(_ message: UnsafeRawBufferPointer) {
        do throws(XDRError) {
            self = try Self.read(message)
        } catch {
            self = .dropped(.tooShort(bytes: message.count))
        }
    }

    private static func read(
        _ message: UnsafeRawBufferPointer
    ) throws(XDRError) -> IncomingCall {
        var decoder = XDRDecoder(message)
        let xid = try decoder.unsignedInt("xid")
        let type = try decoder.unsignedInt("the message type")
        guard type != RemoteReply.messageType else { return .dropped(.reply) }
        guard type == RemoteCall.messageType else { return .dropped(.unknownMessage(type: type)) }
        guard message.count >= shortestHeader else {
            return .dropped(.tooShort(bytes: message.count))
        }
        guard try decoder.unsignedInt("rpcvers") == RemoteCall.rpcVersion else {
            return .refused(
                xid: xid,
                .rpcMismatch(low: RemoteCall.rpcVersion, high: RemoteCall.rpcVersion)
            )
        }
        guard message.count >= shortestCall else {
            return .dropped(.tooShort(bytes: message.count))
        }
        let program = try decoder.unsignedInt("the program")
        let version = try decoder.unsignedInt("the version")
        let procedure = try decoder.unsignedInt("the procedure")
        if let failure = authenticationFailure(&decoder) {
            return .refused(xid: xid, .authentication(failure))
        }
        guard program == RemoteProgram.number else {
            return .refused(xid: xid, .programUnavailable)
        }
        guard version == RemoteProgram.version else {
            return .refused(
                xid: xid,
                .programMismatch(low: RemoteProgram.version, high: RemoteProgram.version)
            )
        }
        guard let procedure = RemoteProcedure(rawValue: procedure) else {
            return .refused(xid: xid, .procedureUnavailable)
        }
        let argumentBytes = decoder.rest
        do throws(XDRError) {
            let arguments = try RemoteCall.Arguments(of: procedure, from: &decoder)
            try decoder.end()
            return .call(
                RemoteCall(
                    xid: xid,
                    procedure: procedure,
                    arguments: arguments,
                    argumentBytes: argumentBytes
                )
            )
        } catch {
            return .refused(xid: xid, .garbageArguments)
        }
    }

    /// Reads credential and verifier.
    private static func authenticationFailure(
        _ decoder: inout XDRDecoder
    ) -> RemoteRefusal.AuthenticationFailure? {
        do throws(XDRError) {
            let flavor = try decoder.unsignedInt("the credential's flavor")
            let credential = try decoder.opaqueView("the credential", limit: longestAuthentication)
            guard flavor <= RemoteCall.systemFlavor else { return .rejectedCredential }
            if flavor == RemoteCall.systemFlavor { try checkSystemCredential(credential) }
        } catch {
            return .badCredential
        }
        do throws(XDRError) {
            _ = try decoder.unsignedInt("the verifier's flavor")
            _ = try decoder.opaqueView("the verifier", limit: longestAuthentication)
        } catch {
            return .badVerifier
        }
        return nil
    }

    /// What AUTH_SYS says is a label that anybody can write: it must have the right form, no more
    /// (RFC 5531, appendix A).
    private static func checkSystemCredential(
        _ credential: UnsafeRawBufferPointer
    ) throws(XDRError) {
        var decoder = XDRDecoder(credential)
        _ = try decoder.unsignedInt("the stamp")
        _ = try decoder.opaqueView("the machine's name", limit: 255)
        _ = try decoder.unsignedInt("the user")
        _ = try decoder.unsignedInt("the group")
        _ = try decoder.array("the groups", limit: 16) { decoder throws(XDRError) in
            _ = try decoder.unsignedInt("a group")
        }
        try decoder.end()
    }
}

/// A call whose arguments are right; valid only as long as the memory of its message.
package struct RemoteCall {
    package static let messageType: UInt32 = 0
    package static let rpcVersion: UInt32 = 2
    /// AUTH_SYS; AUTH_NONE is 0.
    package static let systemFlavor: UInt32 = 1

    package let xid: UInt32
    package let procedure: RemoteProcedure
    package let arguments: Arguments
    /// The arguments as they came, to tell a repeated call from another one.
    package let argumentBytes: UnsafeRawBufferPointer

    package enum Arguments {
        case null
        case submit(RemoteSubmitView)
        case take(waitMilliseconds: UInt32)
        case status
        case register(RemoteRegister)
        case renew(RemoteRenew)
        case lookup(name: String)
        case cancel(lease: UInt64)
        case put(RemotePutView)
        case get(RemoteGet)
        case mailboxes

        init(
            of procedure: RemoteProcedure,
            from decoder: inout XDRDecoder
        ) throws(XDRError) {
            switch procedure {
            case .null: self = .null
            case .submit: self = .submit(try RemoteSubmitView(from: &decoder))
            case .take:
                self = .take(waitMilliseconds: try decoder.unsignedInt("the time to wait"))
            case .status: self = .status
            case .register: self = .register(try RemoteRegister(from: &decoder))
            case .renew: self = .renew(try RemoteRenew(from: &decoder))
            case .lookup:
                let limit = RemoteProgram.longestName
                self = .lookup(name: try decoder.string("the service's name", limit: limit))
            case .cancel: self = .cancel(lease: try decoder.unsignedHyper("the lease"))
            case .put: self = .put(try RemotePutView(from: &decoder))
            case .get: self = .get(try RemoteGet(from: &decoder))
            case .mailboxes: self = .mailboxes
            }
        }
    }
}
