extension CellBuffer {
    /// One row as text, without the spaces at its end.
    package func line(_ y: Int) -> String {
        let row = cells[y * width..<(y + 1) * width]
        let characters = row.lazy.filter { !$0.isContinuation }.map(\.character)
        var text = String(characters)
        while text.last == " " { text.removeLast() }
        return text
    }

    /// All rows as text, each without the spaces at its end, joined by newlines.
    package var text: String {
        (0..<height).map(line).joined(separator: "\n")
    }

    /// The meanings of one row's cells, from left to right.
    package func styles(_ y: Int) -> [Style] {
        cells[y * width..<(y + 1) * width].map(\.style)
    }

    /// The same picture for a terminal that shows only ASCII; every character keeps its width.
    ///
    /// Lines become `+ - |`, bars `# .`, histories levels of ink; what has no likeness becomes `?`.
    package func asciified() -> CellBuffer {
        var copy = self
        var last: Character = " "
        for index in copy.cells.indices {
            if !copy.cells[index].isContinuation {
                last = copy.cells[index].character.asciiLikeness
            }
            copy.cells[index].character = last
        }
        return copy
    }
}

extension Character {
    /// One printable ASCII character that stands for this one.
    fileprivate var asciiLikeness: Character {
        guard let scalar = unicodeScalars.first else { return "?" }
        if scalar.isASCII { return Character(scalar) }
        return likenesses[scalar] ?? "?"
    }
}

/// What we draw with, and what students' names are likely to contain.
private let likenesses: [Unicode.Scalar: Character] = {
    let groups: [(String, Character)] = [
        ("─━═╌┄┈–—−", "-"), ("│┃║╎┆┊", "|"), ("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬", "+"),
        ("░", "."), ("▒▌▐", ":"), ("▓", "%"), ("■●◆", "#"), ("□○◇", "o"),
        ("▁", "_"), ("▂", "."), ("▃", "-"), ("▄", "="), ("▅", "+"), ("▆", "*"), ("▇", "%"),
        ("█", "#"), ("▸▶→⇒›»", ">"), ("◂◀←⇐‹«", "<"), ("↑▲△⇑", "^"), ("↓▼▽⇓", "v"),
        ("✓✔★", "*"), ("✗✘×", "x"), ("·•", "."), ("…", "~"), ("≤", "<"), ("≥", ">"),
        ("\u{a0}", " "), ("‘’´", "'"), ("“”„", "\""), ("°", "o"), ("µμ", "u"), ("÷", "/"),
        ("ÀÁÂÃÅÄ", "A"), ("àáâãåä", "a"), ("Ç", "C"), ("ç", "c"), ("ÈÉÊË", "E"), ("èéêë", "e"),
        ("ÌÍÎÏ", "I"), ("ìíîï", "i"), ("Ñ", "N"), ("ñ", "n"), ("ÒÓÔÕÖØ", "O"), ("òóôõöø", "o"),
        ("ÙÚÛÜ", "U"), ("ùúûü", "u"), ("ß", "s"), ("ı", "i"), ("İ", "I"), ("ğ", "g"), ("Ğ", "G"),
        ("ş", "s"), ("Ş", "S"),
    ]
    var table: [Unicode.Scalar: Character] = [:]
    for (characters, likeness) in groups {
        for scalar in characters.unicodeScalars { table[scalar] = likeness }
    }
    return table
}()
