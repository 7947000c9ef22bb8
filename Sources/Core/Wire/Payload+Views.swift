extension Payload {
    /// The payload as the body of a remote call: any bytes.
    ///
    /// An item that is a JSON string is its text, any other item its JSON text; a document is its
    /// bytes.
    package var asBody: [UInt8] {
        switch form {
        case .body, .document: bytes
        case .item: bytes.first == UInt8(ascii: "\"") ? JSONString.decode(bytes[...]) : bytes
        }
    }
}
