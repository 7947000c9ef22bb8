/// A value that can be read from its external data representation.
package protocol XDRDecodable {
    init(from decoder: inout XDRDecoder) throws(XDRError)
}

/// Unmarshals values from their external data representation.
///
/// It is total: whatever the bytes are, it returns a value or throws, in time proportional to the
/// bytes. A length is checked against its limit and against what is left before anything is
/// allocated. It is valid only as long as the memory that it reads.
///
/// Source: RFC 4506, section 4.
package struct XDRDecoder {
    private let bytes: UnsafeRawBufferPointer
    /// How many bytes have been read.
    package private(set) var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads one value that fills all of the bytes.
    package static func value<Value: XDRDecodable>(
        in bytes: UnsafeRawBufferPointer,
        as type: Value.Type = Value.self
    ) throws(XDRError) -> Value {
        var decoder = XDRDecoder(bytes)
        let value = try Value(from: &decoder)
        try decoder.end()
        return value
    }

    /// How many bytes have not been read.
    package var left: Int { bytes.count - position }

    /// What has not been read.
    package var rest: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    /// Throws where bytes are left.
    package func end() throws(XDRError) {
        guard left == 0 else { throw .trailing(bytes: left) }
    }

    package mutating func unsignedInt(_ field: String) throws(XDRError) -> UInt32 {
        UInt32(bigEndian: try load(field))
    }

    package mutating func int(_ field: String) throws(XDRError) -> Int32 {
        Int32(bigEndian: try load(field))
    }

    package mutating func enumeration<Value: RawRepresentable<Int32>>(
        _ field: String,
        as type: Value.Type = Value.self
    ) throws(XDRError) -> Value {
        let number = try int(field)
        guard let value = Value(rawValue: number) else {
            throw .notInEnum(field: field, value: number)
        }
        return value
    }

    package mutating func bool(_ field: String) throws(XDRError) -> Bool {
        let number = try unsignedInt(field)
        guard number <= 1 else { throw .notABool(field: field, value: number) }
        return number == 1
    }

    package mutating func unsignedHyper(_ field: String) throws(XDRError) -> UInt64 {
        UInt64(bigEndian: try load(field))
    }

    package mutating func hyper(_ field: String) throws(XDRError) -> Int64 {
        Int64(bigEndian: try load(field))
    }

    package mutating func float(_ field: String) throws(XDRError) -> Float {
        Float(bitPattern: try unsignedInt(field))
    }

    package mutating func double(_ field: String) throws(XDRError) -> Double {
        Double(bitPattern: try unsignedHyper(field))
    }

    package mutating func quadruple(_ field: String) throws(XDRError) -> XDRQuadruple {
        let high = try unsignedHyper(field)
        return XDRQuadruple(high: high, low: try unsignedHyper(field))
    }

    /// The bytes where they lie, without a copy: valid only as long as the decoder.
    package mutating func fixedOpaqueView(
        _ field: String,
        count: Int
    ) throws(XDRError) -> UnsafeRawBufferPointer {
        let padding = XDR.padding(of: count)
        // A subtraction, because a sum could overflow.
        guard count <= left, padding <= left - count else {
            throw .truncated(field: field, needed: count, left: left)
        }
        let end = position + count
        for place in end..<end + padding where bytes[place] != 0 { throw .padding(field: field) }
        let view = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        position = end + padding
        return view
    }

    /// The same for bytes with their number before them.
    package mutating func opaqueView(
        _ field: String,
        limit: Int
    ) throws(XDRError) -> UnsafeRawBufferPointer {
        try fixedOpaqueView(field, count: try length(field, limit: limit))
    }

    package mutating func fixedOpaque(_ field: String, count: Int) throws(XDRError) -> [UInt8] {
        Array(try fixedOpaqueView(field, count: count))
    }

    package mutating func opaque(_ field: String, limit: Int) throws(XDRError) -> [UInt8] {
        Array(try opaqueView(field, limit: limit))
    }

    /// A string, which must be UTF-8: the ASCII of the RFC and what is usual today.
    package mutating func string(_ field: String, limit: Int) throws(XDRError) -> String {
        let view = try opaqueView(field, limit: limit)
        guard let text = String(validating: view, as: UTF8.self) else {
            throw .notUTF8(field: field)
        }
        return text
    }

    package mutating func fixedArray<Element>(
        _ field: String,
        count: Int,
        _ element: (inout XDRDecoder) throws(XDRError) -> Element
    ) throws(XDRError) -> [Element] {
        var values: [Element] = []
        // Nearly every element has 4 bytes or more; a stranger's count alone reserves nothing.
        values.reserveCapacity(min(count, left / 4))
        for _ in 0..<count { values.append(try element(&self)) }
        return values
    }

    package mutating func array<Element>(
        _ field: String,
        limit: Int,
        _ element: (inout XDRDecoder) throws(XDRError) -> Element
    ) throws(XDRError) -> [Element] {
        try fixedArray(field, count: try length(field, limit: limit), element)
    }

    package mutating func optional<Wrapped>(
        _ field: String,
        _ wrapped: (inout XDRDecoder) throws(XDRError) -> Wrapped
    ) throws(XDRError) -> Wrapped? {
        try bool(field) ? try wrapped(&self) : nil
    }

    /// A discriminated union: the arm is read as the discriminant says.
    package mutating func union<Discriminant: RawRepresentable<Int32>, Value>(
        _ field: String,
        _ arm: (Discriminant, inout XDRDecoder) throws(XDRError) -> Value
    ) throws(XDRError) -> Value {
        try arm(try enumeration(field), &self)
    }

    private mutating func length(_ field: String, limit: Int) throws(XDRError) -> Int {
        let length = Int(try unsignedInt(field))
        guard length <= limit else { throw .tooLong(field: field, length: length, limit: limit) }
        return length
    }

    private mutating func load<Unit: FixedWidthInteger & BitwiseCopyable>(
        _ field: String
    ) throws(XDRError) -> Unit {
        let size = MemoryLayout<Unit>.size
        guard size <= left else { throw .truncated(field: field, needed: size, left: left) }
        let unit = bytes.loadUnaligned(fromByteOffset: position, as: Unit.self)
        position += size
        return unit
    }
}
