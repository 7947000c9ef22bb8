import Testing

@testable import TerminalUI

@Suite("Themes", .timeLimit(.minutes(5)))
struct ThemeTests {
    @Test("a monochrome screen uses no colour")
    func monochromeHasNoColour() {
        for style in Style.allCases {
            #expect(Theme.monochrome.look(for: style).colour == nil)
        }
    }

    /// Pairs that are told apart by nothing but their look.
    private static let contrasts: [(Style, Style)] = [
        (.plain, .alarm), (.plain, .waiting), (.plain, .critical), (.plain, .selected),
        (.running, .waiting), (.running, .critical), (.waiting, .critical), (.good, .alarm),
        (.titleRunning, .titlePaused), (.border, .borderFocused), (.label, .value),
        (.key, .plain), (.bar, .barEmpty), (.faint, .plain), (.alarm, .selected),
    ]

    @Test("meanings that matter can be told apart in every theme", arguments: contrasts)
    func contrast(first: Style, second: Style) {
        for theme in Theme.all {
            #expect(theme.look(for: first) != theme.look(for: second), "in \(theme.name)")
        }
    }

    /// What a thread's row, a semaphore or the title can say at the same place.
    private static let rivals: [(Style, Style)] = [
        (.good, .alarm), (.running, .alarm), (.running, .waiting), (.running, .critical),
        (.waiting, .alarm), (.waiting, .critical), (.critical, .alarm), (.good, .waiting),
        (.titlePaused, .alarm), (.titleRunning, .titlePaused),
    ]

    @Test("no theme tells such meanings apart by red against green alone", arguments: rivals)
    func redAndGreen(first: Style, second: Style) {
        for theme in Theme.all {
            let looks = [first, second].map { theme.look(for: $0).seen(confusing: [.red, .green]) }
            #expect(looks[0] != looks[1], "in \(theme.name)")
        }
    }

    /// Colours that people with a weakness of the eye take for the same: of red and green
    /// (protanopia, deuteranopia), and of blue and green, yellow and white (tritanopia).
    private static let confusions: [[[Look.Colour]]] = [
        [[.red, .green, .yellow], [.blue, .magenta], [.cyan, .white]],
        [[.blue, .green, .cyan], [.yellow, .white], [.red, .magenta]],
    ]

    @Test("the colour-blind theme is safe for every kind of colour blindness", arguments: rivals)
    func colourBlind(first: Style, second: Style) {
        for confusion in Self.confusions {
            let looks = [first, second].map { style in
                confusion.reduce(Theme.colourBlind.look(for: style)) { $0.seen(confusing: $1) }
            }
            #expect(looks[0] != looks[1], "\(first) and \(second) with \(confusion)")
        }
    }

    @Test("nothing is dim in high contrast")
    func highContrast() {
        let isBright = Style.allCases.allSatisfy { !Theme.highContrast.look(for: $0).dim }
        #expect(isBright)
    }

    @Test("themes have different names, and are found by them")
    func names() {
        let names = Theme.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names == ["default", "high-contrast", "monochrome", "colour-blind"])
        #expect(names.allSatisfy { Theme.named($0)?.name == $0 })
        #expect(Theme.named("colour") == nil)
    }
}

extension Look {
    /// The look to somebody for whom these colours are one.
    fileprivate func seen(confusing colours: [Colour]) -> Look {
        var look = self
        if let colour, colours.contains(colour) { look.colour = colours.first }
        return look
    }
}
