import Core
import TerminalUI

/// Where there are no slots: who hands which job to whom, and who waits for a partner.
extension BufferPane {
    static func drawMeetings(
        _ model: DashboardModel,
        into frame: inout CellBuffer,
        area: Rect
    ) {
        let state = model.shown.state
        let meetings = state.meetings
        let waiting = partners(state, after: meetings.count)
        // Of many meetings as many as leave a line for those who wait.
        let room = max(1, area.height - waiting.count)
        var rest = area
        for meeting in meetings.prefix(room) {
            write(text(meeting, model), .strong, into: &frame, &rest)
        }
        for text in waiting { write(text, .waiting, into: &frame, &rest) }
        guard meetings.isEmpty, waiting.isEmpty else { return }
        write("nobody is ready, nobody waits", .faint, into: &frame, &rest)
    }

    /// Such as `P1 ▸ 3:5 ▸ C1`.
    private static func text(_ meeting: EngineState.Meeting, _ model: DashboardModel) -> String {
        let state = model.shown.state
        let job = text(FilledSlot(number: 0, job: meeting.job), model)
        let names = [meeting.sender, meeting.receiver].map { id in id.map { state.name(of: $0) } }
        return [names[0] ?? "table", job, names[1] ?? "?"].joined(separator: " ▸ ")
    }

    /// Receivers beyond those who have a sender, and senders without a receiver.
    private static func partners(_ state: EngineState, after meetings: Int) -> [String] {
        let ready = state.receivers.dropFirst(meetings).map { state.name(of: $0) }
        let senders = state[.empty].waiters.map { state.name(of: $0) }
        let hidden = state[.empty].waiterCount - senders.count
        let rest = hidden > 0 ? ["+\(hidden)"] : []
        return [("ready to receive:", ready), ("waiting to send:", senders + rest)]
            .filter { !$0.1.isEmpty }
            .map { ([$0.0] + $0.1).joined(separator: " ") }
    }

    private static func write(
        _ text: String,
        _ style: Style,
        into frame: inout CellBuffer,
        _ rest: inout Rect
    ) {
        let (line, below) = rest.splitTop(1)
        let shown = clipped(text, to: max(0, line.width - 2))
        frame.write(shown, x: line.x + 1, y: line.y, style: style, in: line)
        rest = below
    }
}
