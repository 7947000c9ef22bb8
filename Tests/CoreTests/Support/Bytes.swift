import Testing

@testable import Core

/// The bytes of hexadecimal digits, blanks left out.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace && $0 != "|" }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

/// The digits of bytes, in groups of four bytes.
func hex(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 4).map { start in
        bytes[start..<min(start + 4, bytes.count)].map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }.joined(separator: " ")
}

/// Reads all of the bytes with a decoder.
func decode<Value>(
    _ bytes: [UInt8],
    _ read: (inout XDRDecoder) throws(XDRError) -> Value
) throws(XDRError) -> Value {
    try bytes.span.withUnsafeBytes { memory throws(XDRError) in
        var decoder = XDRDecoder(memory)
        let value = try read(&decoder)
        try decoder.end()
        return value
    }
}
