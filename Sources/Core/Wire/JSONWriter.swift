/// Writes one JSON object, compact and in the order of the calls.
package struct JSONWriter {
    private var bytes = [UInt8(ascii: "{")]

    package init() {}

    /// - Parameters:
    ///   - name: Needs no escapes.
    ///   - json: Correct JSON.
    package mutating func put(_ name: StaticString, json: some Sequence<UInt8>) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        )
        bytes.append(contentsOf: "\":".utf8)
        bytes.append(contentsOf: json)
    }

    package mutating func put(_ name: StaticString, _ text: String) {
        put(name, json: JSONString.quoted(text.utf8))
    }

    package mutating func put(_ name: StaticString, _ number: some FixedWidthInteger) {
        put(name, json: String(number).utf8)
    }

    /// The object.
    package var object: [UInt8] { bytes + [UInt8(ascii: "}")] }
}
