/// Why bytes from the network are not a request; the sentence names the field and its limit.
package enum WireError: Error, Equatable, Sendable {
    case empty
    case datagramTooLong(bytes: Int, limit: Int)
    case invalidUTF8
    case controlCharacter(code: UInt8, position: Int)
    case missingSeparator
    case emptyName(limit: Int)
    case nameTooLong(bytes: Int, limit: Int)
    case notSeconds(position: Int)
    case tooManyDigits(digits: Int, limit: Int)
    case tooManyDecimals(digits: Int, limit: Int)
    case secondsOutOfRange(Microseconds, allowed: ClosedRange<Microseconds>)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            "the message is empty"
        case .datagramTooLong(let bytes, let limit):
            "the datagram has \(bytes) bytes, at most \(limit) are allowed"
        case .invalidUTF8:
            "the message is not valid UTF-8"
        case .controlCharacter(let code, let position):
            "byte \(position) is the control character \(code), which is only allowed as CR, LF or "
                + "tab at the end"
        case .missingSeparator:
            "there is no ':' or ',' between name and seconds"
        case .emptyName(let limit):
            "the name is empty, it needs 1 to \(limit) bytes"
        case .nameTooLong(let bytes, let limit):
            "the name has \(bytes) bytes, at most \(limit) are allowed"
        case .notSeconds(let position):
            "the seconds are not a plain number such as 3 or 0.25, from byte \(position)"
        case .tooManyDigits(let digits, let limit):
            "the seconds have \(digits) digits, at most \(limit) are allowed"
        case .tooManyDecimals(let digits, let limit):
            "the seconds have \(digits) decimals, at most \(limit) are allowed"
        case .secondsOutOfRange(let seconds, let allowed):
            "the seconds are \(seconds), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        }
    }
}
