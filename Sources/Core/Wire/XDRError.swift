/// Why bytes are not the external data representation of a value; the sentence names the field and
/// its limit.
package enum XDRError: Error, Equatable, Sendable {
    case truncated(field: String, needed: Int, left: Int)
    case tooLong(field: String, length: Int, limit: Int)
    case padding(field: String)
    case notABool(field: String, value: UInt32)
    case notInEnum(field: String, value: Int32)
    case notUTF8(field: String)
    case trailing(bytes: Int)
}

extension XDRError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let field, let needed, let left):
            "\(field) needs \(needed) bytes, \(left) are left"
        case .tooLong(let field, let length, let limit):
            "\(field) has the length \(length), at most \(limit) is allowed"
        case .padding(let field):
            "\(field) is filled up with bytes that are not zero"
        case .notABool(let field, let value):
            "\(field) is \(value), allowed are 0 and 1"
        case .notInEnum(let field, let value):
            "\(field) is \(value), which has no meaning"
        case .notUTF8(let field):
            "\(field) is not valid UTF-8"
        case .trailing(let bytes):
            "\(bytes) bytes are left after the last field, 0 are allowed"
        }
    }
}
