/// A value that has an external data representation.
package protocol XDREncodable {
    func encode(to encoder: inout XDREncoder)
}

/// Marshals values into their external data representation: big-endian units of 4 bytes.
///
/// A structure is its members one after another, a void is nothing. "Hi", "There", 2001 become
/// `00000002 48690000 00000005 54686572 65000000 000007d1`.
///
/// Source: RFC 4506, section 4.
package struct XDREncoder {
    package private(set) var bytes: [UInt8]

    /// - Parameter memory: Its capacity is used, its bytes are forgotten.
    package init(reusing memory: consuming [UInt8] = []) {
        bytes = memory
        bytes.removeAll(keepingCapacity: true)
    }

    /// The bytes of one value.
    package static func bytes(of value: some XDREncodable) -> [UInt8] {
        var encoder = XDREncoder()
        value.encode(to: &encoder)
        return encoder.bytes
    }

    package mutating func unsignedInt(_ value: UInt32) {
        append(value.bigEndian)
    }

    package mutating func int(_ value: Int32) {
        append(value.bigEndian)
    }

    package mutating func enumeration(_ value: some RawRepresentable<Int32>) {
        int(value.rawValue)
    }

    package mutating func bool(_ value: Bool) {
        unsignedInt(value ? 1 : 0)
    }

    package mutating func unsignedHyper(_ value: UInt64) {
        append(value.bigEndian)
    }

    package mutating func hyper(_ value: Int64) {
        append(value.bigEndian)
    }

    package mutating func float(_ value: Float) {
        unsignedInt(value.bitPattern)
    }

    package mutating func double(_ value: Double) {
        unsignedHyper(value.bitPattern)
    }

    package mutating func quadruple(_ value: XDRQuadruple) {
        unsignedHyper(value.high)
        unsignedHyper(value.low)
    }

    /// Bytes whose number the receiver knows; zeros fill the last unit.
    package mutating func fixedOpaque(_ value: some Collection<UInt8>) {
        bytes.append(contentsOf: value)
        for _ in 0..<XDR.padding(of: value.count) { bytes.append(0) }
    }

    /// Bytes with their number before them.
    package mutating func opaque(_ value: some Collection<UInt8>) {
        length(value.count)
        fixedOpaque(value)
    }

    package mutating func string(_ value: String) {
        opaque(value.utf8)
    }

    package mutating func fixedArray<Element>(
        _ values: some Collection<Element>,
        _ element: (inout XDREncoder, Element) -> Void
    ) {
        for value in values { element(&self, value) }
    }

    package mutating func array<Element>(
        _ values: some Collection<Element>,
        _ element: (inout XDREncoder, Element) -> Void
    ) {
        length(values.count)
        fixedArray(values, element)
    }

    /// Optional data, which a linked list is made of: a bool, then the value if there is one.
    package mutating func optional<Wrapped>(
        _ value: Wrapped?,
        _ wrapped: (inout XDREncoder, Wrapped) -> Void
    ) {
        bool(value != nil)
        if let value { wrapped(&self, value) }
    }

    /// A discriminated union: which arm it is, then the arm.
    package mutating func union(
        _ discriminant: some RawRepresentable<Int32>,
        _ arm: (inout XDREncoder) -> Void
    ) {
        enumeration(discriminant)
        arm(&self)
    }

    private mutating func length(_ count: Int) {
        precondition(
            count <= Int(UInt32.max),
            "XDR counts with 32 bits, not enough for \(count)"
        )
        unsignedInt(UInt32(count))
    }

    private mutating func append(_ unit: some FixedWidthInteger) {
        withUnsafeBytes(of: unit) { bytes.append(contentsOf: $0) }
    }
}

/// What encoder and decoder share.
enum XDR {
    /// How many zeros fill the last unit of 4 bytes.
    static func padding(of count: Int) -> Int {
        -count & 3
    }
}

/// The 128 bits of a quadruple-precision number, which Swift cannot calculate with.
///
/// The sign is the first bit of `high`, then come 15 bits of exponent and 112 of fraction (RFC 4506,
/// section 4.8).
package struct XDRQuadruple: Equatable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
