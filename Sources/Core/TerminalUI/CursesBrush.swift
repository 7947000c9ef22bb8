import CNcurses
import Glibc

/// A look in the terms of ncurses: attributes and the number of a colour pair.
struct CursesBrush {
    let attributes: attr_t
    let pair: Int16

    /// One brush for each style, in the order of their raw values.
    ///
    /// Call it after `newterm`. A person's wish for no colour (see no-color.org) and a terminal
    /// without colours are obeyed by choosing the monochrome theme.
    static func all(for theme: Theme) -> [CursesBrush] {
        let wish = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let inColour = !wish && has_colors() && start_color() == OK && sb_colors() >= 8
        let theme = inColour ? theme : Theme.monochrome
        // Without this, cells have a black background on a light terminal.
        let background: Int16 = inColour && use_default_colors() == OK ? -1 : 0
        var pairs: [Look.Colour: Int16] = [:]
        return Style.allCases.map { style in
            let look = theme.look(for: style)
            guard let colour = look.colour else { return CursesBrush(look, pair: 0) }
            let pair = pairs[colour] ?? Int16(pairs.count + 1)
            pairs[colour] = pair
            init_pair(pair, colour.rawValue, background)
            return CursesBrush(look, pair: pair)
        }
    }

    private init(_ look: Look, pair: Int16) {
        var attributes = sb_normal
        if look.bold { attributes |= sb_bold }
        if look.dim { attributes |= sb_dim }
        if look.reverse { attributes |= sb_reverse }
        if look.underline { attributes |= sb_underline }
        self.attributes = attributes
        self.pair = pair
    }
}
