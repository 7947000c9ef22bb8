import Testing

@testable import TerminalUI

@Suite("The names of keys")
struct KeyTests {
    @Test(
        "a key has the name that people know it by",
        arguments: [
            (Key.character(" "), "space"), (.character("n"), "n"), (.character("\u{1}"), "^A"),
            (.character("ü"), "ü"), (.up, "↑"), (.tab, "tab"), (.backTab, "shift-tab"),
            (.enter, "enter"), (.escape, "esc"), (.pageDown, "page down"), (.function(1), "F1"),
        ]
    )
    func labels(key: Key, label: String) {
        #expect(key.label == label)
    }
}
