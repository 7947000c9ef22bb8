/// Why a text is not a JSON object that we read; the sentence names the limit.
package enum JSONProblem: Error, Equatable, Sendable {
    case tooLong(limit: Int)
    case tooDeep(limit: Int)
    /// It begins with U+FEFF, which RFC 8259 §8.1 forbids.
    case byteOrderMark
    /// The text is an array or another value.
    case notAnObject
    case invalidUTF8
    /// What stands here is no JSON.
    case malformed(position: Int)
    case loneSurrogate(position: Int)
    /// A name occurs twice; cut, and fit to be shown.
    case repeatedName(String)
    case unfinished
}

extension JSONProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let limit): "the JSON object is longer than \(limit) bytes"
        case .tooDeep(let limit): "the JSON object is nested deeper than \(limit)"
        case .byteOrderMark: "the JSON object begins with a byte order mark"
        case .notAnObject: "the message is not a JSON object, which begins with '{'"
        case .invalidUTF8: "the JSON object is not valid UTF-8"
        case .malformed(let position): "the JSON object is malformed at byte \(position)"
        case .loneSurrogate(let position):
            "the escape at byte \(position) is half of a surrogate pair"
        case .repeatedName(let name): "the field \(name) is there twice"
        case .unfinished: "the JSON object has no end"
        }
    }
}
