import Glibc
import NIOCore
import NIOPosix

extension WatchClient {
    /// Why there is no stream.
    struct Loss: Equatable {
        /// What another attempt would lead to, as long as nobody changes the server.
        enum Outlook {
            /// It may succeed.
            case passing
            /// It may succeed, but where several in a row have ended so, no more will.
            case doubtful
            /// It would end in the same way.
            case lasting
        }

        let reason: String
        let outlook: Outlook

        init(_ reason: String, _ outlook: Outlook = .passing) {
            self.reason = reason
            self.outlook = outlook
        }
    }
}

extension WatchClient.Loss {
    /// Of an attempt that led to no connection.
    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                self.init(first.error)
            } else {
                let unknown = error.dnsAError ?? error.dnsAAAAError
                let code = (unknown as? SocketAddressError.UnknownHost)?.errorCode
                self.init(lookUp: Int32(clamping: code ?? 0))
            }
        case let error as IOError: self.init(String(cString: strerror(error.errnoCode)))
        case is ChannelError: self.init("no connection in time")
        default: self.init(Sanitizer.sanitize("\(error)"))
        }
    }

    /// Of a look-up of the host's name; see getaddrinfo(3).
    ///
    /// - Parameter code: What it returned; 0 where it is not known.
    init(lookUp code: Int32) {
        switch code {
        case EAI_NONAME: self.init("no such host", .lasting)
        case EAI_AGAIN: self.init("the host's name cannot be looked up just now")
        case 0: self.init("the host has no address", .doubtful)
        default: self.init(Sanitizer.sanitize(String(cString: gai_strerror(code))), .doubtful)
        }
    }
}
