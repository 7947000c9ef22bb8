import Core
import TerminalUI

/// The programs as they are executed, with the threads at their present lines.
enum ProgramPane: Pane {
    static let kind = PaneKind.program

    static func title(_ model: DashboardModel) -> String {
        "Program: \(model.shown.state.programs.name)"
    }

    /// What happened last, where somebody steps or looks back.
    static func footer(_ model: DashboardModel, height: Int) -> String? {
        if let moment = model.shown.moment { return "event \(moment.number): \(moment.text)" }
        return model.rewind == nil ? nil : "before the first event"
    }

    /// From here on the programs stand side by side.
    private static let besideFrom = 56

    /// How many rows both programs take in a pane of this width.
    static func rows(_ programs: ProgramPair, width: Int) -> Int {
        let counts = (programs.producer.statements.count, programs.consumer.statements.count)
        return width >= besideFrom ? max(counts.0, counts.1) + 1 : counts.0 + counts.1 + 3
    }

    /// How many rows a statement takes: zoomed, lines stand apart, to be found from afar.
    private static func spacing(_ model: DashboardModel, _ area: Rect) -> Int {
        let rows = rows(model.shown.state.programs, width: area.width)
        return model.isZoomed ? max(1, min(3, area.height / rows)) : 1
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let programs = model.shown.state.programs
        let spacing = spacing(model, area)
        if area.width >= besideFrom {
            let (left, right) = area.splitLeft(area.width / 2)
            _ = draw(programs.producer, "producer", model, spacing, into: &frame, area: left)
            _ = draw(programs.consumer, "consumer", model, spacing, into: &frame, area: right)
        } else {
            let rest = draw(programs.producer, "producer", model, spacing, into: &frame, area: area)
            let below = rest.splitTop(1).rest
            _ = draw(programs.consumer, "consumer", model, spacing, into: &frame, area: below)
        }
    }

    /// - Returns: What is left of the area.
    private static func draw(
        _ program: Program,
        _ title: String,
        _ model: DashboardModel,
        _ spacing: Int,
        into frame: inout CellBuffer,
        area: Rect
    ) -> Rect {
        frame.write(title, x: area.x + 1, y: area.y, style: .strong, in: area)
        var rest = area.splitTop(spacing).rest
        let first = firstLine(of: program, rows: rest.height / spacing, model)
        for (line, statement) in program.statements.enumerated().dropFirst(first) {
            guard !rest.isEmpty else { break }
            let here = model.shown.threads.filter {
                $0.role == program.role && $0.phase != .ended
                    && Self.line(of: $0, in: program) == line
            }
            frame.writeRight(
                "\(line + 1)",
                x: rest.x + 1,
                y: rest.y,
                style: .faint,
                width: 2,
                in: rest
            )
            let x = frame.write(
                "\(statement)",
                x: rest.x + 4,
                y: rest.y,
                style: here.isEmpty ? .plain : .strong,
                in: rest
            )
            if !here.isEmpty {
                frame.write(
                    firstFitting(names(here), in: rest.maxX - x - 2),
                    x: x + 1,
                    y: rest.y,
                    style: here.contains { $0.id == model.shown.moment?.thread }
                        ? .selected : style(here),
                    in: rest
                )
            }
            rest = rest.splitTop(spacing).rest
        }
        return rest
    }

    /// Where a program that does not fit begins: so that the thread that moved last, or else the one
    /// that has come furthest, is in sight.
    private static func firstLine(of program: Program, rows: Int, _ model: DashboardModel) -> Int {
        let count = program.statements.count
        guard rows > 0, count > rows else { return 0 }
        let here = model.shown.threads.filter { $0.role == program.role && $0.phase != .ended }
        let mover = here.first { $0.id == model.shown.moment?.thread }
        let lines = here.map { line(of: $0, in: program) }
        let wanted = mover.map { line(of: $0, in: program) } ?? lines.max() ?? 0
        return wanted < rows ? 0 : min(wanted - rows / 2, count - rows)
    }

    /// A job in hand when the program changed is executed before the first line.
    private static func line(of thread: ThreadActivity, in program: Program) -> Int {
        guard case .executing = thread.phase else { return thread.line }
        return program.statements.firstIndex(where: \.isExecution) ?? thread.line
    }

    /// Where somebody can go on the line looks alive; where all wait, it does not.
    private static func style(_ threads: [ThreadActivity]) -> Style {
        let isStill = threads.allSatisfy { thread in
            switch thread.phase {
            case .blocked, .awaitingJobs: true
            case .ready, .executing, .ended: false
            }
        }
        return isStill ? .waiting : .running
    }

    /// The threads at a line: all by name, or as many as fit and how many more there are.
    private static func names(_ threads: [ThreadActivity]) -> [String] {
        (0...min(threads.count, nameLimit)).reversed().map { count in
            let rest = threads.count - count
            let words = threads.prefix(count).map(\.name) + (rest > 0 ? ["+\(rest)"] : [])
            return "◂ \(words.joined(separator: " "))"
        }
    }

    private static let nameLimit = 6
}
