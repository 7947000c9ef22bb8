/// An IPv6 address as its sixteen bytes, without the link that one of a link's own needs.
package struct IPv6Address: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// - Parameter bytes: The first is the highest; what is missing is zero.
    package init(_ bytes: some Sequence<UInt8>) {
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (place, byte) in bytes.prefix(16).enumerated() {
            let shift = UInt64(56 - 8 * (place % 8))
            if place < 8 { high |= UInt64(byte) << shift } else { low |= UInt64(byte) << shift }
        }
        (self.high, self.low) = (high, low)
    }

    package static let loopback = IPv6Address([UInt8](repeating: 0, count: 15) + [1])

    package var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }
}
