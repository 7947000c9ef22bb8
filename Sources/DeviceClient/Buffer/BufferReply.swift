import Core
import Foundation

/// What the buffer server answers, in dialect A; all texts are sanitised.
enum BufferReply: Equatable {
    /// The item that was put or taken, and how many are in the buffer after it.
    case success(item: String?, size: Int?)
    /// Such as `Buffer is full. Try again later.`
    case error(String)

    /// A reply is one line on the screen.
    static let longest = 65_536
    private static let longestShown = 200

    /// Reads what has been received so far; `nil` when it is not a whole reply.
    init?(_ bytes: [UInt8]) {
        guard let object = try? JSONDecoder().decode(Object.self, from: Data(bytes)) else {
            return nil
        }
        switch object.status {
        case "success":
            self = .success(item: object.item.map { Self.shown($0.text) }, size: object.size)
        case "error":
            self = .error(Self.shown(object.message ?? "the server says no and not why"))
        default: return nil
        }
    }

    /// Whether the same request is refused in the same way however often it is made.
    static func isFinal(_ message: String) -> Bool {
        [BufferRequestError.noToken, .wrongToken].contains { $0.description == message }
    }

    private static func shown(_ text: String) -> String {
        String(Sanitizer.sanitize(text).prefix(longestShown))
    }

    private struct Object: Decodable {
        let status: String
        let message: String?
        let item: Value?
        let size: Int?

        enum CodingKeys: String, CodingKey {
            case status, message, item
            case size = "buffer_size"
        }
    }

    /// An item may be any JSON value; what has no short text is named by its kind.
    private struct Value: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let string = try? container.decode(String.self) {
                text = string
            } else if let whole = try? container.decode(Int64.self) {
                text = "\(whole)"
            } else if let number = try? container.decode(Double.self) {
                text = "\(number)"
            } else if let flag = try? container.decode(Bool.self) {
                text = "\(flag)"
            } else {
                text = "(an object or a list)"
            }
        }
    }
}
