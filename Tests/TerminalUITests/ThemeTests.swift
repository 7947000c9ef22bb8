import Testing

@testable import TerminalUI

@Suite("Themes")
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

    @Test("themes have different names")
    func names() {
        #expect(Set(Theme.all.map(\.name)).count == Theme.all.count)
    }
}
