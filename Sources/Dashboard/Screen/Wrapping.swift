import TerminalUI

/// Breaks a text into lines at its spaces; a word that is too long for a line is clipped.
func wrapped(_ text: String, to width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : "\(line) \(word)"
        if displayWidth(of: longer) <= width || line.isEmpty {
            line = longer
        } else {
            lines.append(clipped(line, to: width))
            line = String(word)
        }
    }
    return line.isEmpty ? lines : lines + [clipped(line, to: width)]
}
