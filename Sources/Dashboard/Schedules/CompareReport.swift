import Core
import TerminalUI

/// What `signalbox compare` prints for people: a chart for each policy, then the table.
struct CompareReport {
    /// Where the jobs come from.
    let source: String
    let rehearsal: PolicyRehearsal
    let schedules: [PolicySchedule]
    /// Whether every job gets a line.
    var showsJobs = false
    var width = 80

    var text: String {
        let parts =
            [heading] + schedules.map(chart) + (showsJobs ? schedules.map(jobTable) : []) + [table]
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var heading: [String] {
        let jobs = rehearsal.jobs.entries.count
        let room = rehearsal.capacity == nil ? "room for all" : Self.count(rehearsal.slots, "slot")
        let consumers = Self.count(rehearsal.consumers, "consumer")
        let first =
            "\(Self.count(jobs, "job")) from \(source), \(consumers), \(room);"
            + " in virtual time, on the real kernel"
        return wrapped(first, to: width)
    }

    private func chart(_ schedule: PolicySchedule) -> [String] {
        let start = rehearsal.jobs.entries.first?.arrival ?? .zero
        let drawing = GanttDrawing(
            whole: schedule.chart,
            from: start,
            width: width,
            nameOfDevice: rehearsal.jobs.name
        )
        let (name, summary) = (schedule.choice.name, schedule.choice.policy.summary)
        let title = firstFitting(
            ["\(name): \(summary); \(drawing.note)", "\(name): \(drawing.note)"],
            in: width
        )
        return [title] + drawing.lines
    }

    private var table: [String] {
        let table = ScheduleTable(width: width)
        return [table.heading] + schedules.map { table.row($0.choice.name, $0.means) }
    }

    private func jobTable(_ schedule: PolicySchedule) -> [String] {
        let columns = ["arrival", "seconds", "response", "waiting", "turnaround"]
        let heading = Self.line("\(schedule.choice.name): job", columns)
        return [heading]
            + schedule.jobs.map { job in
                let name = "\(job.number) \(rehearsal.jobs.name(of: job.device))"
                let times = [job.arrival, job.cpuTime, job.response, job.waiting, job.turnaround]
                return Self.line(name, times.map { ScheduleTable.decimal($0.inSeconds) })
            }
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        let label = clipped(name, to: 18)
        let gap = String(repeating: " ", count: max(0, 18 - displayWidth(of: label)))
        return label + gap
            + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }

    private static func count(_ number: Int, _ word: String) -> String {
        "\(number) \(word)\(number == 1 ? "" : "s")"
    }
}
