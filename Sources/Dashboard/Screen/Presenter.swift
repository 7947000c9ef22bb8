import Core
import TerminalUI

/// The screen for the last row of a lecture hall: the numbers that matter in large figures, how full
/// the buffer is, and one sentence.
enum Presenter {
    /// One number, or name, with a word above it and a few words below.
    private struct Figure {
        let title: String
        let text: String
        /// The widest text that may come here, for which there is room from the beginning, so that
        /// nothing moves when numbers change.
        let widest: String
        /// As many cells as title and remark take at most.
        var wordWidth = 0
        var remark = ""
        var style = Style.value
        var isWord = false
    }

    /// With less room figures would be no larger than text.
    private static let smallest = (width: 60, height: 13)
    private static let gap = 4
    /// `mutex 0, held by`, and `waits: P1 P2 +1`.
    private static let wordWidth = 16

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let area = drawJoin(model.setup.join, into: &frame, above: area)
        let counts = counts(model)
        let heads = [buffer(model), state(model)]
        guard area.width >= smallest.width, area.height >= smallest.height else {
            return drawSmall(counts + heads, model, into: &frame, area: area)
        }
        let inner = Rect(x: area.x + 2, y: area.y, width: area.width - 4, height: area.height)
        let scale = scale(counts, heads, in: inner)
        let rowHeight = BigText.height * scale.rows + 2
        let (first, rest) = inner.splitTop(rowHeight)
        let (second, below) = rest.splitTop(rowHeight)
        draw(counts, scale, into: &frame, area: first)
        draw(heads, scale, into: &frame, area: second)
        let (bar, words) = below.splitTop(max(1, min(scale.rows + 1, below.height / 3)))
        drawBar(model, into: &frame, area: bar)
        drawWords(model, into: &frame, area: words.splitTop(1).rest)
    }

    /// Where to send to, at the foot: in large letters where figures and sentence keep their room.
    ///
    /// - Returns: What is left above it.
    private static func drawJoin(
        _ join: JoinLine?,
        into frame: inout CellBuffer,
        above area: Rect
    ) -> Rect {
        guard let join, area.height > 3 else { return area }
        let words = "\(join.hosts[0]) \(join.port)"
        let scale = BigText.Scale.all.first { scale in
            BigText.width(of: words) * scale.columns <= area.width - 4
                && 3 * (BigText.height * scale.rows + 2) + 5 <= area.height
        }
        let height = scale.map { BigText.height * $0.rows + 2 } ?? 1
        let (rest, foot) = area.splitBottom(height)
        let text = firstFitting(join.titles, in: area.width - 2)
        frame.write(text, x: foot.x + 1, y: foot.y, style: .strong, in: foot)
        guard let scale else { return rest }
        let (x, y) = (foot.x + 2, foot.y + 1)
        frame.writeBig(words, x: x, y: y, scale: scale, style: .value, in: foot)
        return rest
    }

    // MARK: - Figures

    /// The semaphores that the present program uses, and what is in hand.
    private static func counts(_ model: DashboardModel) -> [Figure] {
        let state = model.shown.state
        let names = state.semaphores.map(\.name).filter { name in
            state.programs.places.contains(.semaphore(name)) || state[name].waiterCount > 0
        }
        var figures = names.map { figure(state[$0], state) }
        if state.programs.countsSlots {
            let most = "\(min(state.capacity, state.threadCount))"
            figures.append(
                Figure(
                    title: "in hand",
                    text: "\(state.unitsInHand)",
                    widest: state.isRendezvous ? "-1" : most
                )
            )
        }
        return figures
    }

    private static func figure(_ semaphore: SemaphoreState, _ state: EngineState) -> Figure {
        let names = semaphore.waiters.prefix(2).map { state.name(of: $0) }
        let rest = semaphore.waiterCount - names.count
        let words = names + (rest > 0 ? ["+\(rest)"] : [])
        let waiting = words.isEmpty ? "" : "waits: \(words.joined(separator: " "))"
        let isMutex = semaphore.name == .mutex
        guard let owner = semaphore.owner else {
            let isDrained = semaphore.value == 0 && semaphore.waiterCount > 0
            return Figure(
                title: "\(semaphore.name)",
                text: "\(semaphore.value)",
                widest: isMutex ? "C1" : "\(state.capacity)",
                wordWidth: wordWidth,
                remark: waiting,
                style: isDrained ? .alarm : .value
            )
        }
        return Figure(
            title: "\(semaphore.name) \(semaphore.value), held by",
            text: state.name(of: owner),
            widest: "C1",
            wordWidth: wordWidth,
            remark: waiting,
            style: .critical
        )
    }

    private static func buffer(_ model: DashboardModel) -> Figure {
        let state = model.shown.state
        guard !state.isRendezvous else {
            return Figure(title: "on the table", text: "\(state.occupied)", widest: "0")
        }
        return Figure(
            title: "buffer",
            text: "\(state.occupied)/\(state.capacity)",
            widest: "\(state.capacity)/\(state.capacity)"
        )
    }

    private static func state(_ model: DashboardModel) -> Figure {
        let word: String
        switch model.rewind {
        case nil: word = model.live.state.isPaused ? "PAUSED" : "RUNNING"
        default: word = model.player == nil ? "REWOUND" : "REPLAY"
        }
        let wrong = model.shown.verdict?.title.uppercased() ?? ""
        return Figure(
            title: "engine",
            text: word,
            widest: "RUNNING",
            remark: wrong,
            style: wrong.isEmpty ? (word == "RUNNING" ? .titleRunning : .strong) : .alarm,
            isWord: true
        )
    }

    // MARK: - Drawing

    /// The largest at which both rows fit and leave room for bar and sentence.
    private static func scale(_ counts: [Figure], _ heads: [Figure], in area: Rect) -> BigText.Scale
    {
        BigText.Scale.all.first { scale in
            2 * (BigText.height * scale.rows + 2) + 4 <= area.height
                && width(counts, scale) <= area.width && width(heads, scale) <= area.width
        } ?? BigText.Scale(columns: 1, rows: 1)
    }

    private static func width(_ figures: [Figure], _ scale: BigText.Scale) -> Int {
        figures.reduce(-gap) { $0 + width($1, scale) + gap }
    }

    private static func width(_ figure: Figure, _ scale: BigText.Scale) -> Int {
        let words = [figure.title, figure.remark].map(displayWidth) + [figure.wordWidth]
        let dots = max(BigText.width(of: figure.text), BigText.width(of: figure.widest))
        return max(words.max() ?? 0, dots * columns(figure, scale))
    }

    /// A word is read as a whole, so its letters may be narrower than figures.
    private static func columns(_ figure: Figure, _ scale: BigText.Scale) -> Int {
        figure.isWord ? scale.rows : scale.columns
    }

    /// The figures of one row, with what room there is left between them.
    private static func draw(
        _ figures: [Figure],
        _ scale: BigText.Scale,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let spare = max(0, area.width - width(figures, scale))
        let between = gap + (figures.count > 1 ? spare / (figures.count - 1) : 0)
        var x = area.x
        for figure in figures {
            frame.write(figure.title, x: x, y: area.y, style: .label, in: area)
            frame.writeBig(
                figure.text,
                x: x,
                y: area.y + 1,
                scale: BigText.Scale(columns: columns(figure, scale), rows: scale.rows),
                style: figure.style,
                in: area
            )
            let isWrong = figure.style == .alarm
            frame.write(
                figure.remark,
                x: x,
                y: area.y + 1 + BigText.height * scale.rows,
                style: isWrong ? .alarm : .waiting,
                in: area
            )
            x += width(figure, scale) + between
        }
    }

    private static func drawBar(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let state = model.shown.state
        let fraction = Double(state.occupied) / Double(max(1, state.capacity))
        let bar = Bar.draw(fraction: fraction, width: area.width)
        for y in area.y..<area.maxY {
            let x = frame.write(bar.filled, x: area.x, y: y, style: .bar, in: area)
            frame.write(bar.empty, x: x, y: y, style: .barEmpty, in: area)
        }
    }

    /// What is wrong, or else what happened last.
    private static func drawWords(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let sentence: String
        if let verdict = model.shown.verdict {
            sentence = "\(verdict.title). \(verdict.text)"
        } else {
            let newest = model.shown.log.newest(1, after: 0).first { _ in true }
            sentence = model.shown.moment?.text ?? newest?.text ?? "nothing has happened yet"
        }
        let style: Style = model.shown.verdict == nil ? .strong : .alarm
        for (row, line) in wrapped(sentence, to: area.width).enumerated() where row < area.height {
            frame.write(line, x: area.x, y: area.y + row, style: style, in: area)
        }
    }

    /// A figure a line, or several where there are few lines.
    private static func drawSmall(
        _ figures: [Figure],
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        var (x, y) = (area.x + 1, area.y)
        for figure in figures {
            let text = "\(figure.title) \(figure.text)"
            let width = displayWidth(of: text)
            if x + width > area.maxX, x > area.x + 1 { (x, y) = (area.x + 1, y + 1) }
            guard y < area.maxY else { return }
            let end = frame.write("\(figure.title) ", x: x, y: y, style: .label, in: area)
            x = frame.write(figure.text, x: end, y: y, style: figure.style, in: area) + 2
        }
        let (bar, words) = area.splitTop(y + 1 - area.y).rest.splitTop(1)
        drawBar(model, into: &frame, area: bar)
        drawWords(model, into: &frame, area: words)
    }
}
