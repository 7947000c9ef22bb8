/// Pictures as the bytes that draw them on a terminal, for recordings of the screen.
///
/// Source: ECMA-48, 5th ed. (ISO 6429), CUP and SGR.
extension CellBuffer {
    /// What turns the other picture into this one; everything when there is none, or of another size.
    package func ansi(from other: CellBuffer?, theme: Theme) -> String {
        let blank = CellBuffer(width: width, height: height)
        let isSame = other?.width == width && other?.height == height
        let before = isSame ? other ?? blank : blank
        var text = isSame ? "" : "\u{1B}[0m\u{1B}[2J"
        var look = Look()
        for y in 0..<height {
            var next: Int?
            forEachChange(from: before, row: y, width: width) { x in
                let cell = cells[y * width + x]
                guard !cell.isContinuation else {
                    next = x + 1
                    return
                }
                if x != next { text += "\u{1B}[\(y + 1);\(x + 1)H" }
                let wanted = theme.look(for: cell.style)
                if wanted != look { text += wanted.ansi }
                look = wanted
                text.append(cell.character)
                next = x + 1
            }
        }
        return look == Look() ? text : text + Look().ansi
    }
}

extension Look {
    /// The sequence that makes the text that follows look so, whatever it looked like before.
    var ansi: String {
        var codes = ["0"]
        if bold { codes.append("1") }
        if dim { codes.append("2") }
        if underline { codes.append("4") }
        if reverse { codes.append("7") }
        if let colour { codes.append("\(30 + colour.rawValue)") }
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }
}
