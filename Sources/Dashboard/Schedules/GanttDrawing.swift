import Core
import TerminalUI

/// A Gantt chart as lines of text: a scale, then a row for each consumer.
///
/// A job is its device's name and a shade; two jobs side by side have different shades, so they are
/// told apart without colour and by anybody. Where a character stands for more than one stretch of
/// execution, it shows the one that takes most of it.
struct GanttDrawing {
    private let chart: GanttChart
    private let start: Microseconds
    private let cells: Int
    private let width: Int
    private let nameOfDevice: (DeviceID) -> String
    private let prefix: String
    /// What one character stands for.
    let unit: Microseconds

    /// Room for a consumer's name.
    static let margin = 5
    private static let shades: [Character] = ["▓", "▒"]
    private static let idle = "·"

    /// The whole chart in so many columns.
    init(
        whole chart: GanttChart,
        from start: Microseconds,
        width: Int,
        nameOfDevice: @escaping (DeviceID) -> String
    ) {
        let room = max(1, width - Self.margin)
        let span = max(Microseconds(1), chart.end - start)
        var unit = Self.roundUnit(atLeast: Microseconds((span.count - 1) / UInt64(room) + 1))
        // Seconds are easier to count than parts of them, where that leaves something to see.
        let second = Microseconds(1_000_000)
        if unit < second, span >= Microseconds(8_000_000) { unit = second }
        self.init(
            chart,
            from: start,
            to: chart.end,
            unit: unit,
            width: width,
            nameOfDevice: nameOfDevice
        )
    }

    /// The end of the chart, as much of it as can be read in so many columns.
    init(
        latest chart: GanttChart,
        width: Int,
        nameOfDevice: @escaping (DeviceID) -> String
    ) {
        let room = UInt64(max(1, width - Self.margin))
        let lengths = chart.bars.map { ($0.end - $0.start).count }
        let mean = lengths.reduce(0, +) / UInt64(max(1, lengths.count))
        let unit = Self.roundUnit(atLeast: Microseconds(max(1, mean / 4)))
        let window = Microseconds(unit.count * (room - 1))
        let first = max(chart.start, chart.end - window)
        let start = Microseconds(first.count / unit.count * unit.count)
        self.init(
            chart.since(start),
            from: start,
            to: chart.end,
            unit: unit,
            width: width,
            nameOfDevice: nameOfDevice
        )
    }

    private init(
        _ chart: GanttChart,
        from start: Microseconds,
        to end: Microseconds,
        unit: Microseconds,
        width: Int,
        nameOfDevice: @escaping (DeviceID) -> String
    ) {
        self.chart = chart
        self.start = start
        self.unit = unit
        self.width = max(width, Self.margin + 1)
        self.nameOfDevice = nameOfDevice
        let span = (end - start).count
        cells = span == 0 ? 0 : Int((span - 1) / unit.count) + 1
        prefix = Self.commonPrefix(Set(chart.bars.map(\.device)).map(nameOfDevice))
    }

    /// The scale, and a row for each consumer.
    var lines: [String] { [scale] + chart.consumers.map(row) }

    /// What a character stands for, such as `a character is 10 s`, and whether something is too short
    /// to be seen.
    var note: String {
        // What is cut at an edge is not short.
        let hides = chart.bars.contains {
            $0.start > start && $0.end < chart.end && $0.end - $0.start < unit
        }
        return "a character is \(unit) s" + (hides ? ", shorter turns do not all show" : "")
    }

    // MARK: - Parts

    private var scale: String {
        var text = String(repeating: " ", count: Self.margin)
        for cell in stride(from: 0, to: max(1, cells), by: 10) {
            let column = Self.margin + cell
            let time = Microseconds(start.count + UInt64(cell) * unit.count)
            // A number that would run into the one before it, or over the end, is left out.
            let end = column + time.description.count
            guard text.count <= column, cell == 0 || end <= Self.margin + cells else { continue }
            text += String(repeating: " ", count: column - text.count) + "\(time) "
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    private func row(_ consumer: String) -> String {
        let name = consumer.count < Self.margin ? consumer : String(consumer.prefix(4))
        var text = name + String(repeating: " ", count: Self.margin - name.count)
        var shade = 0
        var last: GanttChart.Bar?
        for run in runs(of: consumer) {
            guard let bar = run.bar else {
                text += String(repeating: Self.idle, count: run.length)
                continue
            }
            if let last, last.job != bar.job { shade = 1 - shade }
            last = bar
            let label = label(of: bar, in: run.length)
            let rest = run.length - displayWidth(of: label)
            text += label + String(repeating: Self.shades[shade], count: max(0, rest))
        }
        return text
    }

    /// The device's whole name, or what tells it from the others, as far as there is room.
    private func label(of bar: GanttChart.Bar, in width: Int) -> String {
        let name = nameOfDevice(bar.device)
        guard displayWidth(of: name) > width else { return name }
        let short = String(name.dropFirst(prefix.count))
        return clippedHard(short.isEmpty ? name : short, to: width)
    }

    private struct Run {
        let bar: GanttChart.Bar?
        var length: Int
    }

    /// Neighbouring characters with the same job, or without one.
    private func runs(of consumer: String) -> [Run] {
        var owners = [GanttChart.Bar?](repeating: nil, count: cells)
        var shares = [UInt64](repeating: 0, count: cells)
        for bar in chart.bars where bar.consumer == consumer && bar.end > start {
            let first = (max(bar.start, start) - start).count / unit.count
            let last = max(first, ((bar.end - start).count - 1) / unit.count)
            for cell in first...last where cell < UInt64(cells) {
                let left = Microseconds(start.count + cell * unit.count)
                let share = (min(bar.end, left + unit) - max(bar.start, left)).count
                guard share > shares[Int(cell)] else { continue }
                (owners[Int(cell)], shares[Int(cell)]) = (bar, share)
            }
        }
        return owners.reduce(into: []) { runs, owner in
            if let last = runs.last, last.bar?.job == owner?.job {
                runs[runs.count - 1].length += 1
            } else {
                runs.append(Run(bar: owner, length: 1))
            }
        }
    }

    // MARK: - Units and names

    /// 1, 2, 5, 10, 20 … microseconds.
    private static func roundUnit(atLeast least: Microseconds) -> Microseconds {
        var power: UInt64 = 1
        while true {
            for factor: UInt64 in [1, 2, 5] where factor * power >= least.count {
                return Microseconds(factor * power)
            }
            power *= 10
        }
    }

    private static func commonPrefix(_ names: [String]) -> String {
        guard names.count > 1, let first = names.first else { return "" }
        return names.reduce(first) { $0.commonPrefix(with: $1) }
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}

/// As much of a text as fits, without a sign that something is missing.
private func clippedHard(_ text: String, to width: Int) -> String {
    var result = ""
    for character in text {
        guard displayWidth(of: result + String(character)) <= width else { break }
        result.append(character)
    }
    return result
}
