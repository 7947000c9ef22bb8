/// Why a remote call is answered with an error instead of a result.
///
/// Source: RFC 5531, section 9; the sentences are those that C clients print.
package enum RemoteRefusal: Error, Equatable, Sendable {
    case programUnavailable
    case programMismatch(low: UInt32, high: UInt32)
    case procedureUnavailable
    case garbageArguments
    case systemError
    case rpcMismatch(low: UInt32, high: UInt32)
    case authentication(AuthenticationFailure)

    /// Why a caller is not accepted (`auth_stat`).
    package struct AuthenticationFailure: RawRepresentable, Equatable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The credential is malformed, or longer than 400 bytes.
        package static let badCredential = Self(rawValue: 1)
        /// The credential is of a kind that we do not know.
        package static let rejectedCredential = Self(rawValue: 2)
        /// The verifier is malformed, or longer than 400 bytes.
        package static let badVerifier = Self(rawValue: 3)
        /// Nobody can be trusted that far without a token.
        package static let tooWeak = Self(rawValue: 5)
    }

    /// Writes the whole reply.
    package func encode(xid: UInt32, to encoder: inout XDREncoder) {
        encoder.unsignedInt(xid)
        encoder.unsignedInt(RemoteReply.messageType)
        switch self {
        case .programUnavailable: accepted(1, &encoder)
        case .programMismatch(let low, let high):
            accepted(2, &encoder)
            encoder.unsignedInt(low)
            encoder.unsignedInt(high)
        case .procedureUnavailable: accepted(3, &encoder)
        case .garbageArguments: accepted(4, &encoder)
        case .systemError: accepted(5, &encoder)
        case .rpcMismatch(let low, let high):
            encoder.unsignedInt(1)
            encoder.unsignedInt(0)
            encoder.unsignedInt(low)
            encoder.unsignedInt(high)
        case .authentication(let failure):
            encoder.unsignedInt(1)
            encoder.unsignedInt(1)
            encoder.unsignedInt(failure.rawValue)
        }
    }

    /// Accepted, a verifier that is nothing, and how it went (`accept_stat`).
    private func accepted(_ status: UInt32, _ encoder: inout XDREncoder) {
        for word in [0, 0, 0, status] { encoder.unsignedInt(word) }
    }

    /// What a reply that was accepted says by its status other than success.
    static func accepted(
        status: UInt32,
        _ decoder: inout XDRDecoder
    ) throws(XDRError) -> RemoteRefusal {
        switch status {
        case 1: return .programUnavailable
        case 2:
            let low = try decoder.unsignedInt("the lowest version")
            return .programMismatch(low: low, high: try decoder.unsignedInt("the highest version"))
        case 3: return .procedureUnavailable
        case 4: return .garbageArguments
        case 5: return .systemError
        default: throw .notInEnum(field: "the accept status", value: Int32(bitPattern: status))
        }
    }

    /// What a reply that was denied says.
    static func denied(_ decoder: inout XDRDecoder) throws(XDRError) -> RemoteRefusal {
        let status = try decoder.unsignedInt("the reject status")
        switch status {
        case 0:
            let low = try decoder.unsignedInt("the lowest version")
            return .rpcMismatch(low: low, high: try decoder.unsignedInt("the highest version"))
        case 1:
            let failure = try decoder.unsignedInt("the authentication status")
            return .authentication(AuthenticationFailure(rawValue: failure))
        default: throw .notInEnum(field: "the reject status", value: Int32(bitPattern: status))
        }
    }
}

extension RemoteRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .programUnavailable: "Program unavailable"
        case .programMismatch(let low, let high):
            "Program/version mismatch; low version = \(low), high version = \(high)"
        case .procedureUnavailable: "Procedure unavailable"
        case .garbageArguments: "Server can't decode arguments"
        case .systemError: "Remote system error"
        case .rpcMismatch(let low, let high):
            "Incompatible versions of RPC; low version = \(low), high version = \(high)"
        case .authentication(let failure): "Authentication error; why = \(failure)"
        }
    }
}

extension RemoteRefusal.AuthenticationFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badCredential: "Invalid client credential"
        case .rejectedCredential: "Server rejected credential"
        case .badVerifier: "Invalid client verifier"
        case .tooWeak: "Client credential too weak"
        default: "unknown (\(rawValue))"
        }
    }
}
