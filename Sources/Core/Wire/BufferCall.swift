/// A request of a JSON client, with what stands beside it: which mailbox, and for how long it waits.
package struct BufferCall: Equatable, Sendable {
    package let request: BufferRequest
    /// The key `mailbox`, as it was written; empty where it is not there.
    package let mailbox: String
    /// The key `wait`: how long to wait for a slot or an item.
    package let patience: Patience

    package static let longestMailbox = 32

    /// Reads a whole JSON object; spaces may stand around it.
    package init(_ text: [UInt8]) throws(BufferRequestError) {
        let object: JSONObject
        do {
            object = try JSONObject(text)
        } catch {
            throw .json(error)
        }
        self = try Self(object)
    }

    /// The call that an object is.
    package init(_ object: JSONObject) throws(BufferRequestError) {
        let request = try BufferRequest(object)
        self.request = request
        mailbox = try Self.mailbox(object["mailbox"], request.dialect)
        patience = try Self.patience(object["wait"], request.dialect)
    }

    private static func mailbox(
        _ value: JSONValue?,
        _ dialect: BufferRequest.Dialect
    ) throws(BufferRequestError) -> String {
        guard let value else { return "" }
        guard value.kind == .string else { throw .wrongKind("mailbox", "a string", dialect) }
        let name = value.text
        guard (1...longestMailbox).contains(name.count) else {
            throw .badLength("mailbox", bytes: name.count, allowed: 1...longestMailbox, dialect)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func patience(
        _ value: JSONValue?,
        _ dialect: BufferRequest.Dialect
    ) throws(BufferRequestError) -> Patience {
        guard let value else { return .trying }
        let longest = Double(Patience.longest.count) / 1_000_000
        let seconds = Double(String(decoding: value.raw, as: UTF8.self)) ?? -1
        guard value.kind == .number, (0...longest).contains(seconds) else {
            throw .wrongKind("wait", "a number of seconds from 0 to \(Int(longest))", dialect)
        }
        return seconds == 0 ? .trying : .waiting(atMost: .seconds(seconds))
    }
}
