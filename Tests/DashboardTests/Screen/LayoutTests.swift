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
                for needs in Self.needs {
                    let places = Layout.places(in: area, focus: focus, needs: needs)
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

    private static let needs: [Layout.Needs] = [0, 3, 64].flatMap { rows in
        [(false, 0), (true, 0), (true, 2), (true, 7)].map { wantsProgram, verdictRows in
            Layout.Needs(
                rows: rows,
                programRows: 15,
                programRowsBeside: rows == 3 ? 10 : rows == 64 ? 13 : 7,
                wantsProgram: wantsProgram,
                verdictRows: verdictRows
            )
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

        #expect(Set(places.map(\.pane)) == Set(PaneKind.allCases).subtracting([.verdict, .lesson]))
        #expect(places.last?.area == Rect(x: 0, y: 24, width: 200, height: 35))
    }

    @Test("what is wrong is always to be seen, where there are four lines", arguments: [1, 3, 8])
    func verdict(rows: Int) {
        for width in stride(from: 20, through: 200, by: 5) {
            for height in 4...60 {
                let places = Layout.places(
                    in: Rect(x: 0, y: 0, width: width, height: height),
                    focus: .devices,
                    needs: Layout.Needs(
                        rows: 3,
                        programRows: 15,
                        programRowsBeside: 7,
                        wantsProgram: true,
                        verdictRows: rows
                    )
                )
                #expect(places.contains { $0.pane == .verdict }, "\(width)×\(height)")
            }
        }
    }

    @Test("on 80 columns whoever steps sees both programs, the threads and the log")
    func stepping() {
        let needs = Layout.Needs(rows: 3, programRows: 15, programRowsBeside: 7, wantsProgram: true)
        let area = Rect(x: 0, y: 1, width: 80, height: 22)
        let places = Layout.places(in: area, focus: .log, needs: needs)

        #expect(places.map(\.pane) == [.buffer, .semaphores, .program, .threads, .log])
    }
}
