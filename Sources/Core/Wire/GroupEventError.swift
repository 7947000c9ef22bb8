/// Why a datagram is no event of the group; the sentence names the field and its limit.
package enum GroupEventError: Error, Equatable, Sendable {
    case tooLong(bytes: Int)
    case notText
    case notAnEvent
    case notAWord(field: String)
    case notANumber(field: String)
    case notAField(position: Int)
    case tooManyFields
    case notSigned
    case wrongCode
    case notTimed
    case outsideWindow(milliseconds: UInt64)
}

extension GroupEventError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes):
            "the event has \(bytes) bytes, at most \(GroupEvent.longestLine) are allowed"
        case .notText:
            "the event is not one line of UTF-8 without control characters"
        case .notAnEvent:
            "the event does not begin with \(GroupEvent.mark), group, sender, epoch, seq and a name"
        case .notAWord(let field):
            "the \(field) is not 1 to \(GroupEvent.longestWord) printable ASCII characters without ="
        case .notANumber(let field):
            "the \(field) is not a number of 0 to \(UInt64.max)"
        case .notAField(let position):
            "field \(position) is not KEY=VALUE"
        case .tooManyFields:
            "the event has more than \(GroupEvent.mostFields) fields"
        case .notSigned:
            "the event has no mac at its end, and this group has a token"
        case .wrongCode:
            "the event's mac is not that of its line"
        case .notTimed:
            "the event has no field \(GroupEvent.timeKey) with a number, and this group has a token"
        case .outsideWindow(let milliseconds):
            "the event was sent \(milliseconds) ms from now, at most \(GroupEvent.window) are allowed"
        }
    }
}
