/// How a cell is shown: a colour on the terminal's own background, and emphasis.
package struct Look: Hashable, Sendable {
    /// The eight colours that every colour terminal has, numbered as in ISO 6429.
    package enum Colour: Int16, Sendable {
        case black, red, green, yellow, blue, magenta, cyan, white
    }

    /// `nil` is the terminal's own text colour.
    package var colour: Colour?
    package var bold: Bool
    package var dim: Bool
    package var reverse: Bool
    package var underline: Bool

    package init(
        _ colour: Colour? = nil,
        bold: Bool = false,
        dim: Bool = false,
        reverse: Bool = false,
        underline: Bool = false
    ) {
        self.colour = colour
        self.bold = bold
        self.dim = dim
        self.reverse = reverse
        self.underline = underline
    }
}
