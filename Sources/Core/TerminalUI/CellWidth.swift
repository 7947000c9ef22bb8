/// How a scalar takes part in a row of cells.
///
/// Fixed here rather than asked from `wcwidth`, whose answer depends on the locale: a golden must
/// not. Scalars are counted one by one, as most terminals do, so a joined emoji is its parts.
enum CellWidth: Equatable {
    /// One cell.
    case narrow
    /// Two cells.
    case wide
    /// A combining mark: no cell of its own, it belongs to the cell before.
    case mark
    /// Left out: joiners and variation selectors, whose effect on the width differs by terminal.
    case nothing
    /// Not printable, or able to rearrange the line: shown as U+FFFD.
    case replaced

    var cells: Int {
        switch self {
        case .narrow, .replaced: 1
        case .wide: 2
        case .mark, .nothing: 0
        }
    }

    static func of(_ scalar: Unicode.Scalar) -> CellWidth {
        let value = scalar.value
        if value < 0x7f { return value < 0x20 ? .replaced : .narrow }
        if value < 0x300 { return value < 0xa0 || value == 0xad ? .replaced : .narrow }
        // Arrows, box drawing, blocks and what else we draw with: no table to search.
        if (0x2190..<0x2300).contains(value) || (0x2500..<0x25fd).contains(value) {
            return .narrow
        }
        return ofUncommon(scalar)
    }

    private static func ofUncommon(_ scalar: Unicode.Scalar) -> CellWidth {
        let properties = scalar.properties
        if properties.isVariationSelector || scalar == "\u{200c}" || scalar == "\u{200d}" {
            return .nothing
        }
        // The vowels and final consonants of decomposed Hangul join the consonant before them.
        if (0x1160...0x11ff).contains(scalar.value) { return .mark }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark:
            return .mark
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
            return .replaced
        default:
            return properties.isEmojiPresentation || isWide(scalar.value) ? .wide : .narrow
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        value >= 0x1100 && wideRanges.contains { $0.contains(value) }
    }

    /// East Asian Wide and Fullwidth, coarsely. Source: Unicode Standard Annex 11.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf,
        0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f,
        0xff01...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f320, 0x20000...0x3fffd,
    ]
}
