import TerminalUI

/// The first text that takes no more than so many cells, or the last one, cut.
///
/// For facts that can be said at length or in short; better short than cut in the middle.
func firstFitting(_ texts: [String], in width: Int) -> String {
    texts.first { displayWidth(of: $0) <= width } ?? clipped(texts.last ?? "", to: max(0, width))
}
