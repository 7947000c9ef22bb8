/// Why a document tells of no student. The sentences are safe to show.
package enum StudentDocumentError: Error, Equatable, Sendable {
    /// Nothing is in it: a consumer has cleared the file already.
    case empty
    case tooLong(limit: Int)
    case notUTF8
    /// The first bytes, or the declaration, name another encoding.
    case encoding(String)
    /// It brings a document type, with which entities could be declared.
    case documentType
    case tooDeep(limit: Int)
    /// XML 1.0 forbids it.
    case malformed
    case missing(String)
    case twice(String)
    case emptyField(String)
    case fieldTooLong(String, limit: Int)
    /// A text that consists of character data and CDATA sections in turn.
    case mixed(String)
    case noCourses
    case tooManyCourses(Int, limit: Int)
    case mark(course: Int, String)
}

extension StudentDocumentError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the document is empty: it has been cleared already"
        case .tooLong(let limit): "the document is longer than \(limit) bytes"
        case .notUTF8: "the document is not UTF-8"
        case .encoding(let name): "the document is \(name); it must be UTF-8"
        case .documentType: "the document has a DOCTYPE, which is not accepted"
        case .tooDeep(let limit): "elements are nested deeper than \(limit)"
        case .malformed: "the document is not well-formed XML"
        case .missing(let field): "there is no \(field)"
        case .twice(let field): "there is more than one \(field)"
        case .emptyField(let field): "the \(field) is empty"
        case .fieldTooLong(let field, let limit): "the \(field) is longer than \(limit) bytes"
        case .mixed(let field): "the \(field) mixes text and CDATA"
        case .noCourses: "there is no course"
        case .tooManyCourses(let count, let limit): "there are \(count) courses: at most \(limit)"
        case .mark(let course, let text):
            "the mark of course \(course) is \"\(text)\", not a number from 0 to 100"
        }
    }
}
