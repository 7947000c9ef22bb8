/// The cyclic redundancy check of Ethernet and zip, four bytes at a time.
///
/// Source: RFC 1952, section 8; the tables as in M. Kounavis and F. Berry, *A Systematic Approach to
/// Building High Performance Software-Based CRC Generators*, ISCC 2005.
package enum CRC32 {
    /// Four tables one after another: what a byte does that is followed by 0, 1, 2 or 3 more.
    private static let tables: [UInt32] = {
        var tables = (0..<256).map { (byte: UInt32) in
            (0..<8).reduce(byte) { value, _ in
                value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1
            }
        }
        for place in 256..<1024 {
            let before = tables[place - 256]
            tables.append(tables[Int(before & 0xff)] ^ (before >> 8))
        }
        return tables
    }()

    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var value: UInt32 = ~0
            var position = 0
            while position + 4 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
                value ^= UInt32(littleEndian: word)
                value =
                    tables[768 + Int(value & 0xff)] ^ tables[512 + Int(value >> 8 & 0xff)]
                    ^ tables[256 + Int(value >> 16 & 0xff)] ^ tables[Int(value >> 24)]
                position += 4
            }
            while position < bytes.count {
                value = tables[Int((value ^ UInt32(bytes[position])) & 0xff)] ^ (value >> 8)
                position += 1
            }
            return ~value
        }
    }
}
