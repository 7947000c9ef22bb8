import TerminalUI

/// The panes beside a lesson's page, or a question.
extension Layout {
    /// A box with three lines of text.
    private static let leastPage = 5
    /// So that the panes above do not move with every page.
    private static let usualPage = 8
    /// Title and two lines.
    private static let leastRuledPage = 3
    /// Buffer and semaphores, a line each.
    private static let leastAbove = 2
    /// Buffer and semaphores in boxes.
    private static let topHeight = 5

    /// The page below everything, as high as its text; what is talked about above it.
    static func withLesson(_ area: Rect, focus: PaneKind, _ needs: Needs) -> [Place] {
        let (rest, page) = page(in: area, needs)
        var others = needs
        others.lessonRows = 0
        let isBoxed = page.contains { $0.manner == .boxed }
        return
            ((isBoxed ? explained(rest, others) : nil)
            ?? places(in: rest, focus: focus, needs: others)) + page
    }

    /// Where the page goes, if there is one, and what is left.
    static func page(in area: Rect, _ needs: Needs) -> (rest: Rect, page: [Place]) {
        guard needs.lessonRows > 0 else { return (area, []) }
        guard area.width >= boxedWidth, area.height >= 2 * leastPage + topHeight else {
            let most = max(1, area.height * 2 / 3, area.height - leastAbove)
            let (rest, page) = area.splitBottom(
                min(max(leastRuledPage, needs.lessonRows + 1), most)
            )
            let manner: Manner = page.height > 1 ? .ruled : .bare
            return (rest, [Place(pane: .lesson, area: page, manner: manner)])
        }
        let most = area.height - topHeight - leastPage
        let (rest, page) = area.splitBottom(min(max(usualPage, needs.lessonRows + 2), most))
        return (rest, [Place(pane: .lesson, area: page, manner: .boxed)])
    }

    /// Where there is room for one pane only below buffer and semaphores: what is wrong, or the
    /// programs.
    private static func explained(_ area: Rect, _ needs: Needs) -> [Place]? {
        let height = area.height - topHeight
        let programHeight = needs.programRowsBeside + 2
        guard height < programHeight + leastPage, area.width < wideFrom else { return nil }
        let (top, rest) = area.splitTop(topHeight)
        let (left, right) = top.splitLeft(top.width / 2)
        let pane: PaneKind = needs.verdictRows > 0 ? .verdict : .program
        return [
            Place(pane: .buffer, area: left, manner: .boxed),
            Place(pane: .semaphores, area: right, manner: .boxed),
            Place(pane: pane, area: rest, manner: .boxed),
        ]
    }

    /// From here on the programs have a column of their own.
    private static let wideFrom = 112
}
