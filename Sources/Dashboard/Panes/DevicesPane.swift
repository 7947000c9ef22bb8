import Core
import TerminalUI

/// The devices by cumulative CPU time, the most first.
enum DevicesPane: Pane {
    static let kind = PaneKind.devices

    static func title(_ model: DashboardModel) -> String {
        guard model.filter != nil else { return "Devices by CPU time" }
        return "Devices\(model.filterText(matches: model.devices.count))"
    }

    static func footer(_ model: DashboardModel, height: Int) -> String? {
        let counters = model.shown.counters
        let refused = counters.refused + counters.refusedOnConnections
        let below = rowsBelow(model, rows: model.devices.count, height: height)
        let facts = [
            model.focus == kind ? addressOfSelected(model) : nil,
            below > 0 ? "\(below) more" : nil,
            refused > 0 ? "\(refused) refused in all" : nil,
            counters.droppedBySystem > 0 ? "\(counters.droppedBySystem) dropped" : nil,
            counters.droppedOnPurpose > 0
                ? "\(counters.droppedOnPurpose) dropped on purpose" : nil,
            counters.doubledOnPurpose > 0
                ? "\(counters.doubledOnPurpose) doubled on purpose" : nil,
        ].compactMap { $0 }
        return facts.isEmpty ? nil : facts.joined(separator: ", ")
    }

    /// Who is behind the selected name.
    private static func addressOfSelected(_ model: DashboardModel) -> String? {
        let device = model.selectedDevicePlace.map { model.devices[$0] }
        return device?.address.map { "from \($0.networkText)" }
    }

    static func draw(_ model: DashboardModel, into frame: inout CellBuffer, area: Rect) {
        let rows = model.devices
        guard !rows.isEmpty else {
            return drawNothing(model, into: &frame, area: area)
        }
        let first = firstRow(model, rows: rows.count, height: area.height)
        let hasShares = model.isZoomed && area.width >= widthWithShares
        let address = hasShares ? addressWidth(rows, in: area) : 0
        let columns = Columns(rows, width: area.width - (hasShares ? shareWidth : 0) - address)
        let selected = model.focus == kind ? model.selectedDevicePlace : nil
        let total = rows.reduce(0) { $0 + $1.cpuTime.count }
        for (line, device) in rows.dropFirst(first).prefix(area.height).enumerated() {
            let row = Rect(x: area.x, y: area.y + line, width: area.width, height: 1)
            let own = row.splitLeft(row.width - (hasShares ? shareWidth : 0) - address).left
            draw(device, most: rows[0].cpuTime, columns, into: &frame, row: own)
            if hasShares { drawShare(of: device, in: total, into: &frame, row: row) }
            if address > 0 {
                let text = clipped(device.address?.networkText ?? "-", to: address - 2)
                let x = row.maxX - shareWidth - address
                frame.write(text, x: x + 1, y: row.y, style: .faint, in: row)
            }
            if first + line == selected {
                // The bar keeps its own style: turned round, full would look empty.
                frame.restyle(
                    row.splitLeft(columns.bar > 0 ? columns.name + columns.time + 3 : row.width)
                        .left,
                    .selected
                )
            }
        }
    }

    /// Zoomed, each device's part of the CPU time of all that are shown.
    private static let shareWidth = 7
    private static let widthWithShares = 60

    /// From where the devices were heard last; no room where nobody knows of any.
    private static func addressWidth(_ rows: [DeviceRow], in area: Rect) -> Int {
        let widest = rows.compactMap(\.address?.networkText).map { displayWidth(of: $0) }.max() ?? 0
        return widest == 0 ? 0 : min(widest + 2, area.width / 3)
    }

    private static func drawShare(
        of device: DeviceRow,
        in total: UInt64,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        let part = total == 0 ? 0 : Double(device.cpuTime.count) / Double(total)
        frame.writeRight(
            "\(Int((part * 100).rounded())) %",
            x: row.maxX - shareWidth,
            y: row.y,
            style: .value,
            width: shareWidth - 1,
            in: row
        )
    }

    /// How the width is shared out.
    private struct Columns {
        let name: Int
        let time: Int
        let jobs: Int
        let bar: Int

        init(_ rows: [DeviceRow], width: Int) {
            name = min(max(4, rows.map { displayWidth(of: $0.name) }.max() ?? 0), max(4, width / 3))
            time = max(5, rows.map { DevicesPane.time($0).count }.max() ?? 0)
            jobs = max(6, rows.map { DevicesPane.jobs($0).count }.max() ?? 0)
            bar = max(0, width - name - time - jobs - 6)
        }
    }

    private static func draw(
        _ device: DeviceRow,
        most: Microseconds,
        _ columns: Columns,
        into frame: inout CellBuffer,
        row: Rect
    ) {
        var x = row.x + 1
        frame.write(
            clipped(device.name, to: columns.name),
            x: x,
            y: row.y,
            style: .label,
            in: row
        )
        x += columns.name + 1
        frame.writeRight(
            time(device),
            x: x,
            y: row.y,
            style: .value,
            width: columns.time,
            in: row
        )
        x += columns.time + 2
        let part = most == .zero ? 0 : Double(device.cpuTime.count) / Double(most.count)
        let bar = Bar.draw(fraction: part, width: columns.bar)
        let end = frame.write(bar.filled, x: x, y: row.y, style: .bar, in: row)
        frame.write(bar.empty, x: end, y: row.y, style: .barEmpty, in: row)
        x += columns.bar + 1
        frame.writeRight(
            jobs(device),
            x: x,
            y: row.y,
            style: device.rules.isMuted ? .alarm : .faint,
            width: columns.jobs,
            in: row
        )
    }

    private static func jobs(_ device: DeviceRow) -> String {
        // In words, because there may be no colour.
        if device.rules.isMuted { return "muted " }
        let jobs = device.jobs == 1 ? "1 job " : "\(device.jobs) jobs"
        return device.rules.limit.map { "max \($0), \(jobs)" } ?? jobs
    }

    /// Tenths of a second are enough for a glance.
    private static func time(_ device: DeviceRow) -> String {
        "\(Microseconds(device.cpuTime.count / 100_000 * 100_000)) s"
    }

    private static func drawNothing(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        guard model.filter?.isEmpty ?? true else {
            frame.write("none has this text", x: area.x + 1, y: area.y, style: .faint, in: area)
            return
        }
        // Who has sent a job already need not be told how.
        let isNew = model.shown.counters.accepted == 0 && model.shown.state.produced == 0
        guard isNew, model.rewind == nil, let netcat = model.setup.netcat else {
            frame.write("no job is done yet", x: area.x + 1, y: area.y, style: .faint, in: area)
            return
        }
        let command = "echo anna:3 | \(netcat)"
        let width = area.width - 1
        let isBroken = displayWidth(of: command) > width && displayWidth(of: netcat) <= width
        let commands = isBroken ? ["echo anna:3 |", netcat] : wrapped(command, to: width)
        let lines = (area.height > commands.count ? ["no job yet; send one:"] : []) + commands
        for (row, line) in lines.enumerated() where row < area.height {
            frame.write(
                clipped(line, to: max(0, area.width - 1)),
                x: area.x + 1,
                y: area.y + row,
                style: .faint,
                in: area
            )
        }
    }
}
