import TerminalUI
import Testing

@testable import Dashboard

@Suite("The layout")
struct LayoutTests {
    @Test(
        "places never overlap, never leave the area and leave nothing unused",
        arguments: PaneKind.focusable
    )
    func disjoint(focus: PaneKind) {
        for width in stride(from: 1, through: 220, by: 3) {
            for height in 1...70 {
                let area = Rect(x: 2, y: 1, width: width, height: height)
                for rows in [0, 3, 64] {
                    let places = Layout.places(
                        in: area,
                        focus: focus,
                        needs: Layout.Needs(rows: rows, programRows: 15)
                    )
                    let cells = places.map { $0.area.width * $0.area.height }.reduce(0, +)
                    let inside = places.allSatisfy {
                        area.intersection($0.area) == $0.area || $0.area.isEmpty
                    }
                    // Inside, and together as large as the area: then none overlaps another.
                    #expect(inside && cells == area.width * area.height, "\(width)×\(height)")
                    #expect(!overlaps(places), "\(width)×\(height)")
                }
            }
        }
    }

    private func overlaps(_ places: [Layout.Place]) -> Bool {
        for (index, place) in places.enumerated() {
            for other in places[(index + 1)...]
            where !place.area.intersection(other.area).isEmpty {
                return true
            }
        }
        return false
    }

    @Test(
        "no pane is there twice, and the one in focus always is, from five lines up",
        arguments: PaneKind.focusable
    )
    func once(focus: PaneKind) {
        for width in 36...200 {
            for height in 4...60 {
                let places = Layout.places(
                    in: Rect(x: 0, y: 0, width: width, height: height),
                    focus: focus,
                    needs: Layout.Needs(rows: 3, programRows: 15)
                )
                let panes = places.map(\.pane)
                #expect(Set(panes).count == panes.count)
                #expect(panes.contains(focus))
            }
        }
    }

    @Test("a large screen shows program and times, and gives the log what is left")
    func large() {
        let places = Layout.places(
            in: Rect(x: 0, y: 1, width: 200, height: 58),
            focus: .devices,
            needs: Layout.Needs(rows: 7, programRows: 15)
        )

        #expect(Set(places.map(\.pane)) == Set(PaneKind.allCases))
        #expect(places.last?.area == Rect(x: 0, y: 24, width: 200, height: 35))
    }
}
