/// Why a JSON object is no request to the buffer; the sentence names the field and the limit.
package enum BufferRequestError: Error, Equatable, Sendable {
    case json(JSONProblem)
    case noToken
    case wrongToken
    /// Both `type` and `command` are there.
    case twoDialects
    case unknownType
    case unknownCommand
    case missing(String, BufferRequest.Dialect)
    case wrongKind(String, String, BufferRequest.Dialect)
    case badLength(String, bytes: Int, allowed: ClosedRange<Int>, BufferRequest.Dialect)

    /// The dialect to answer in: A where it cannot be told.
    package var dialect: BufferRequest.Dialect {
        switch self {
        case .json, .noToken, .wrongToken, .twoDialects, .unknownType: .items
        case .unknownCommand: .documents
        case .missing(_, let dialect), .wrongKind(_, _, let dialect),
            .badLength(_, _, _, let dialect):
            dialect
        }
    }
}

extension BufferRequestError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .json(let problem): "\(problem)"
        case .noToken: "the field token is missing, which this server wants"
        case .wrongToken: "the field token is not this server's token"
        case .twoDialects: "the fields type and command are both there, only one may be"
        case .unknownType: "Invalid client type"
        case .unknownCommand: "Invalid command, known are PRODUCE, CONSUME and STATUS"
        case .missing(let field, _): "the field \(field) is missing"
        case .wrongKind(let field, let expected, _): "the field \(field) must be \(expected)"
        case .badLength(let field, let bytes, let allowed, _):
            "the field \(field) has \(bytes) bytes, allowed are \(allowed.lowerBound) to "
                + "\(allowed.upperBound)"
        }
    }
}
