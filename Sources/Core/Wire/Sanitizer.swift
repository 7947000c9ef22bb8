/// Makes text from strangers safe to show, once, where it enters.
///
/// Removed are control characters (C0, DEL, C1), format characters (zero width, direction
/// overrides and the like), line and paragraph separators, and every third and further combining
/// mark in a row. Bytes that are not UTF-8 become U+FFFD.
package enum Sanitizer {
    /// More marks on one character would run over the lines above and below.
    private static let longestMarkRun = 2

    /// Whether every byte is a printable ASCII character, so that there is nothing to do.
    package static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        // Without an early exit the compiler makes one vector loop of it.
        var allPlain = true
        for position in bytes.indices {
            allPlain = allPlain && bytes[position] &- 0x20 < 0x5f
        }
        return allPlain
    }

    /// The text without what does not belong on a screen or in a log.
    package static func sanitize(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                continue
            case .nonspacingMark, .spacingMark, .enclosingMark:
                marks += 1
            default:
                marks = 0
            }
            if marks <= longestMarkRun { clean.append(scalar) }
        }
        return String(clean)
    }

    /// The same for bytes as they came from the network.
    package static func sanitize(_ bytes: Span<UInt8>) -> String {
        let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return isPlain(bytes) ? text : sanitize(text)
    }
}
