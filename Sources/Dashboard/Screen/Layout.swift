import TerminalUI

/// Which pane goes where, from 20×5 up to any size.
enum Layout {
    struct Place: Equatable {
        let pane: PaneKind
        let area: Rect
        let manner: Manner
    }

    enum Manner {
        /// In a box with a title.
        case boxed
        /// Under a line with a title, where boxes would take too much room.
        case ruled
        /// Without a title.
        case bare
        /// In as few lines as possible.
        case compact
    }

    /// What the content would like to have; a large screen listens.
    struct Needs: Equatable {
        /// As many devices, or threads, as there are to be shown.
        var rows: Int
        /// The lines of both programs, one below the other.
        var programRows: Int
        /// The same, side by side over the whole screen.
        var programRowsBeside = 0
        /// Whether the programs are what to look at now: somebody steps, or something is wrong.
        var wantsProgram = false
        /// The lines that say what is wrong; 0 when nothing is.
        var verdictRows = 0
        /// The lines of a lesson's page or a question; 0 when there is none.
        var lessonRows = 0
    }

    /// From here on two panes stand side by side, in boxes.
    static let boxedWidth = 60
    private static let boxedHeight = 13
    /// With less, a thread's row cannot say what the thread does.
    private static let threadsWidth = 35
    /// From here on there is a third column.
    private static let thirdColumnFrom = 112
    private static let thirdColumn = 36
    private static let timesHeight = 6
    /// So many devices are soon there.
    private static let usualRows = 8

    static func places(in area: Rect, focus: PaneKind, needs: Needs) -> [Place] {
        if needs.lessonRows > 0 { return withLesson(area, focus: focus, needs) }
        guard area.width >= boxedWidth, area.height >= boxedHeight else {
            return narrow(area, focus: focus, needs)
        }
        if area.width >= thirdColumnFrom { return threeColumns(area, needs) }
        return explaining(area, focus: focus, needs) ?? wide(area, needs)
    }

    /// One pane alone.
    static func zoomed(_ pane: PaneKind, in area: Rect) -> Place {
        let hasRoom = area.width >= 30 && area.height >= 5
        return Place(pane: pane, area: area, manner: hasRoom ? .boxed : .ruled)
    }

    /// Below the buffer and the semaphores the programs and what is wrong, as far as there is room;
    /// then threads and log.
    private static func explaining(
        _ area: Rect,
        focus: PaneKind,
        _ needs: Needs
    ) -> [Place]? {
        guard needs.wantsProgram else { return nil }
        let (top, rest) = area.splitTop(5)
        let hasVerdict = needs.verdictRows > 0
        let least = hasVerdict ? leastVerdict : leastRow
        // A long program shows the part where somebody moves.
        let wish = needs.programRowsBeside + 2
        let programHeight = min(wish, max(leastProgram, rest.height - least))
        guard rest.height >= programHeight + least else {
            guard hasVerdict, rest.height >= leastVerdict else { return nil }
            return two(top) + [Place(pane: .verdict, area: rest, manner: .boxed)]
        }
        let (program, below) = rest.splitTop(programHeight)
        let head = two(top) + [Place(pane: .program, area: program, manner: .boxed)]
        guard hasVerdict else { return head + remaining(below, focus: focus, needs) }
        guard below.height >= needs.verdictRows + 2 + leastRow else {
            return head + [Place(pane: .verdict, area: below, manner: .boxed)]
        }
        let (verdict, last) = below.splitTop(needs.verdictRows + 2)
        return head + [Place(pane: .verdict, area: verdict, manner: .boxed)]
            + remaining(last, focus: focus, needs)
    }

    /// A box with as many lines inside as a short sentence takes.
    private static let leastVerdict = 5
    /// A box with nine lines of a program that has more.
    private static let leastProgram = 12
    /// A log that is worth a box of its own below the others.
    private static let leastLog = 8
    /// A box that shows two threads.
    private static let leastRow = 4

    private static func two(_ top: Rect) -> [Place] {
        let (buffer, semaphores) = top.splitLeft(min(top.width / 2, top.width - threadsWidth))
        return [
            Place(pane: .buffer, area: buffer, manner: .boxed),
            Place(pane: .semaphores, area: semaphores, manner: .boxed),
        ]
    }

    /// Devices, threads and log, as far as there is room below what matters more.
    private static func remaining(_ area: Rect, focus: PaneKind, _ needs: Needs) -> [Place] {
        let rowHeight = min(max(needs.rows, 3) + 2, area.height - leastLog)
        if rowHeight >= leastVerdict {
            let (row, log) = area.splitTop(rowHeight)
            let (devices, threads) = row.splitLeft(min(row.width / 2, row.width - threadsWidth))
            return [
                Place(pane: .devices, area: devices, manner: .boxed),
                Place(pane: .threads, area: threads, manner: .boxed),
                Place(pane: .log, area: log, manner: .boxed),
            ]
        }
        let (threads, other) = area.splitLeft(threadsWidth + 1)
        return [
            Place(pane: .threads, area: threads, manner: .boxed),
            Place(pane: focus == .devices ? .devices : .log, area: other, manner: .boxed),
        ]
    }

    /// The log, and above it what is wrong.
    private static func logPlaces(_ area: Rect, _ needs: Needs) -> [Place] {
        guard needs.verdictRows > 0 else { return [Place(pane: .log, area: area, manner: .boxed)] }
        let (verdict, log) = area.splitTop(min(area.height, needs.verdictRows + 2))
        return [Place(pane: .verdict, area: verdict, manner: .boxed)]
            + (log.isEmpty ? [] : [Place(pane: .log, area: log, manner: .boxed)])
    }

    /// How high the rows of panes are, from the top; the log gets what is left.
    private static func heights(_ area: Rect, _ needs: Needs, atLeast: Int) -> (Int, Int) {
        let spare = area.height - boxedHeight
        let top = 5 + min(4, spare / 10)
        let wish = max(max(needs.rows, usualRows) + 2, atLeast - top)
        return (top, min(4 + spare / 2, wish))
    }

    /// The sketch: buffer and semaphores, devices and threads, the log below.
    private static func wide(_ area: Rect, _ needs: Needs) -> [Place] {
        let (topHeight, middleHeight) = heights(area, needs, atLeast: 0)
        let (top, rest) = area.splitTop(topHeight)
        let (middle, log) = rest.splitTop(middleHeight)
        return four(top, middle) + logPlaces(log, needs)
    }

    private static func four(_ top: Rect, _ middle: Rect) -> [Place] {
        let left = min(top.width / 2, top.width - threadsWidth)
        let (buffer, semaphores) = top.splitLeft(left)
        let (devices, threads) = middle.splitLeft(left)
        return [
            Place(pane: .buffer, area: buffer, manner: .boxed),
            Place(pane: .semaphores, area: semaphores, manner: .boxed),
            Place(pane: .devices, area: devices, manner: .boxed),
            Place(pane: .threads, area: threads, manner: .boxed),
        ]
    }

    /// The sketch, and to the right of it the program and the times; above the log if they fit.
    private static func threeColumns(_ area: Rect, _ needs: Needs) -> [Place] {
        let programHeight = needs.programRows + 2
        let (topHeight, middleHeight) = heights(
            area,
            needs,
            atLeast: programHeight + timesHeight
        )
        let height = topHeight + middleHeight
        guard height >= programHeight else {
            let (main, program) = area.splitRight(thirdColumn)
            return wide(main, needs) + [Place(pane: .program, area: program, manner: .boxed)]
        }
        let (upper, log) = area.splitTop(height)
        let (main, column) = upper.splitRight(thirdColumn)
        let (top, middle) = main.splitTop(topHeight)
        let hasTimes = height >= programHeight + timesHeight
        let (program, times) = column.splitBottom(hasTimes ? timesHeight : 0)
        return four(top, middle)
            + [Place(pane: .program, area: program, manner: .boxed)]
            + (hasTimes ? [Place(pane: .times, area: times, manner: .boxed)] : [])
            + logPlaces(log, needs)
    }
}

// MARK: - Small screens

extension Layout {
    /// With so many lines the semaphores get one each.
    private static let spaciousHeight = 13
    /// With less, the semaphores do not fit into one line.
    private static let oneLineWidth = 36

    /// Buffer and semaphores as lines; below them as many panes as there is room for.
    private static func narrow(_ area: Rect, focus: PaneKind, _ needs: Needs) -> [Place] {
        let (buffer, afterBuffer) = area.splitTop(1)
        let isSpacious = area.height >= spaciousHeight
        let (semaphores, rest) = afterBuffer.splitTop(
            isSpacious ? 3 : area.width < oneLineWidth ? 2 : 1
        )
        let head = [
            Place(pane: .buffer, area: buffer, manner: .compact),
            Place(pane: .semaphores, area: semaphores, manner: isSpacious ? .bare : .compact),
        ]
        guard needs.verdictRows > 0 else { return head + sections(rest, focus: focus) }
        // What is wrong matters more than everything else here.
        let (verdict, below) = rest.splitTop(min(rest.height, needs.verdictRows + 1))
        return head + [Place(pane: .verdict, area: verdict, manner: .ruled)]
            + (below.height > 1
                ? sections(below, focus: focus)
                : below.isEmpty ? [] : [Place(pane: focus, area: below, manner: .bare)])
    }

    /// The pane in focus and, if there is room, the other two.
    private static func sections(_ area: Rect, focus: PaneKind) -> [Place] {
        let others: [PaneKind] = focus == .threads ? [.log, .devices] : [.threads, other(focus)]
        let chosen = [focus] + others.prefix(area.height >= 6 ? 2 : area.height >= 4 ? 1 : 0)
        guard area.height > 1 else { return [Place(pane: focus, area: area, manner: .bare)] }
        let heights = share(area.height, among: chosen.count)
        let heightOf = Dictionary(uniqueKeysWithValues: zip(chosen, heights))
        var rest = area
        return PaneKind.focusable.filter(chosen.contains).map { pane in
            let (place, below) = rest.splitTop(heightOf[pane] ?? 0)
            rest = below
            return Place(pane: pane, area: place, manner: .ruled)
        }
    }

    private static func other(_ focus: PaneKind) -> PaneKind {
        focus == .log ? .devices : .log
    }

    /// A title and a line each; of what is left half for the first, and again.
    private static func share(_ height: Int, among count: Int) -> [Int] {
        var rest = height - 2 * count
        return (1...count).map { position in
            let part = position == count ? rest : (rest + 1) / 2
            rest -= part
            return 2 + part
        }
    }
}
