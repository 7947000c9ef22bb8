/// An IPv4 address as a number, and as people write it.
package struct IPv4Address: Hashable, Sendable {
    /// The first byte of the address is the highest.
    package let number: UInt32

    package init(_ number: UInt32) {
        self.number = number
    }

    /// Four decimal numbers with dots between; leading zeros are refused, as some read them as octal.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part),
                part.utf8.count == 1 || part.first != "0"
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        self.number = number
    }

    package static let loopback = IPv4Address(0x7f00_0001)

    package var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension IPv4Address: CustomStringConvertible {
    package var description: String { bytes.map(String.init).joined(separator: ".") }
}
