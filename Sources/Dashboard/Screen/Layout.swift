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
        /// Without a box, because there is no room for one.
        case bare
        /// As one line.
        case line
    }

    /// From here on two panes stand side by side, in boxes.
    private static let boxedWidth = 60
    private static let boxedHeight = 13
    /// From here on the program has a pane of its own.
    private static let programWidth = 112

    static func places(in area: Rect, focus: PaneKind) -> [Place] {
        guard area.width >= boxedWidth, area.height >= boxedHeight else {
            return narrow(area, focus: focus)
        }
        guard area.width >= programWidth else { return wide(area) }
        let (main, program) = area.splitRight(36)
        return wide(main) + [Place(pane: .program, area: program, manner: .boxed)]
    }

    /// The sketch: buffer and semaphores, devices and threads, the log below.
    private static func wide(_ area: Rect) -> [Place] {
        let spare = area.height - boxedHeight
        let (top, rest) = area.splitTop(5 + min(4, spare / 10))
        let (middle, log) = rest.splitTop(4 + spare * 4 / 9)
        let (buffer, semaphores) = top.splitLeft(area.width / 2)
        let (devices, threads) = middle.splitLeft(area.width / 2)
        return [
            Place(pane: .buffer, area: buffer, manner: .boxed),
            Place(pane: .semaphores, area: semaphores, manner: .boxed),
            Place(pane: .devices, area: devices, manner: .boxed),
            Place(pane: .threads, area: threads, manner: .boxed),
            Place(pane: .log, area: log, manner: .boxed),
        ]
    }

    /// Buffer and semaphores as lines; what is left is the pane in focus, and the log if it fits.
    private static func narrow(_ area: Rect, focus: PaneKind) -> [Place] {
        let (buffer, afterBuffer) = area.splitTop(1)
        let semaphoreRows = area.width >= 44 || area.height < 8 ? 1 : 3
        let (semaphores, rest) = afterBuffer.splitTop(semaphoreRows)
        let head = [
            Place(pane: .buffer, area: buffer, manner: .line),
            Place(pane: .semaphores, area: semaphores, manner: semaphoreRows > 1 ? .bare : .line),
        ]
        guard rest.height >= 8 else {
            let manner: Manner = rest.height >= 4 ? .boxed : .bare
            return head + [Place(pane: focus, area: rest, manner: manner)]
        }
        let (first, second) = rest.splitTop(rest.height / 2)
        let upper = focus == .log ? PaneKind.threads : focus
        return head + [
            Place(pane: upper, area: first, manner: .boxed),
            Place(pane: .log, area: second, manner: .boxed),
        ]
    }
}
