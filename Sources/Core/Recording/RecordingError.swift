/// Why a file is no recording that can be read.
package enum RecordingError: Error, Equatable, Sendable {
    case cannotRead(SystemError)
    case empty
    /// The first line is not the header of a recording.
    case notARecording(LineProblem)
    case unknownVersion(UInt64, known: Int)
    /// Counts from 1.
    case line(Int, LineProblem)
    case tooManyEvents(limit: Int)
}

/// What is wrong with one line of a recording.
package enum LineProblem: Error, Equatable, Sendable {
    case tooLong(limit: Int)
    case invalidUTF8
    /// Not one flat JSON object, from this byte on.
    case notFlatJSON(position: Int)
    case missing(String)
    /// A field whose value has another type.
    case notA(String, field: String)
    case outOfRange(field: String, allowed: ClosedRange<UInt64>)
    case badText(field: String, limit: Int)
    case notAMailbox(field: String)
    case unknownName(field: String, String)
    case unknownEvent(String, version: Int)
    case tooManyPrograms(limit: Int)
    case tooMany(String, limit: Int)
    /// Of what is being watched.
    case otherVersion(UInt64)
    case wrongNumber(UInt64, expected: UInt64)
    case program(ProgramError)
    /// It could not happen in the state that the events before it led to.
    case impossible(String)
    case afterTheEnd
}

extension RecordingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotRead(let error): "\(error)"
        case .empty: "the recording is empty"
        case .notARecording(let problem): "this is not a recording: line 1: \(problem)"
        case .unknownVersion(let version, let known):
            "the recording has version \(version), this program reads version \(known)"
        case .line(let line, let problem): "line \(line): \(problem)"
        case .tooManyEvents(let limit): "the recording has more than \(limit) events"
        }
    }
}

extension LineProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let limit): "longer than \(limit) bytes"
        case .invalidUTF8: "not valid UTF-8"
        case .notFlatJSON(let position): "not a flat JSON object, from byte \(position + 1)"
        case .missing(let field): "the field \"\(field)\" is missing"
        case .notA(let type, let field): "the field \"\(field)\" is not \(type)"
        case .outOfRange(let field, let allowed):
            "the field \"\(field)\" is not from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .badText(let field, let limit):
            "the field \"\(field)\" is not 1 to \(limit) bytes of text that can be shown"
        case .notAMailbox(let field):
            "the field \"\(field)\" is not 1 to \(MailboxName.longest) letters, digits, '-', '_' "
                + "or '.'"
        case .unknownName(let field, let name): "the field \"\(field)\" knows no \"\(name)\""
        case .unknownEvent(let name, let version):
            "there is no event \"\(name)\" in version \(version)"
        case .tooManyPrograms(let limit): "more than \(limit) different programs"
        case .tooMany(let things, let limit): "more than \(limit) \(things)"
        case .otherVersion(let version):
            "it has version \(version), and this program knows another one"
        case .wrongNumber(let number, let expected):
            "the event has number \(number) instead of \(expected)"
        case .program(let error): "\(error)"
        case .impossible(let reason): "this cannot happen here: \(reason)"
        case .afterTheEnd: "there is something after the end"
        }
    }
}
