/// Text as bytes in memory that is kept, for writing many lines fast.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    @inline(__always)
    mutating func put(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    mutating func put(_ number: UInt64) {
        put(number, digits: 1)
    }

    /// The number with zeros before it to have at least so many digits.
    private mutating func put(_ number: UInt64, digits: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { space in
            var (start, rest) = (20, number)
            repeat {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                start -= 1
                space.initializeElement(at: start, to: 48 + UInt8(truncatingIfNeeded: remainder))
                rest = quotient
            } while rest > 0 || 20 - start < digits
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: space[start...]))
        }
    }

    /// Seconds with six decimals.
    mutating func put(seconds time: Microseconds) {
        let (whole, fraction) = time.count.quotientAndRemainder(dividingBy: 1_000_000)
        put(whole)
        bytes.append(UInt8(ascii: "."))
        put(fraction, digits: 6)
    }

    /// A JSON string.
    mutating func put(quoted text: String) {
        put(Self.quoted(text))
    }

    static func quoted(_ text: String) -> [UInt8] {
        var bytes = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<32:
                let digits = String(byte, radix: 16)
                bytes += Array("\\u00".utf8) + Array((byte < 16 ? "0" : "").utf8) + digits.utf8
            default: bytes.append(byte)
            }
        }
        return bytes + [UInt8(ascii: "\"")]
    }
}
