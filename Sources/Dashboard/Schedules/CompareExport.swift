import Core
import Foundation

/// What `signalbox compare` prints for programs: a row or an object for every job.
struct CompareExport {
    let jobs: JobList
    let schedules: [PolicySchedule]

    /// RFC 4180, times in seconds.
    var csv: String {
        let heading = "policy,job,device,arrival,seconds,start,finish,response,waiting,turnaround"
        let rows = schedules.flatMap { schedule in
            schedule.jobs.map { job in
                let times = [
                    job.arrival, job.cpuTime, job.start, job.finish, job.response, job.waiting,
                    job.turnaround,
                ]
                let fields = [
                    schedule.choice.name, "\(job.number)", Self.field(jobs.name(of: job.device)),
                ]
                return (fields + times.map(\.description)).joined(separator: ",")
            }
        }
        return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        // Encoding finite numbers and text cannot fail.
        let data = (try? encoder.encode(schedules.map(policy))) ?? Data()
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Devices choose their names: a spreadsheet must not take one for a formula.
    private static func field(_ name: String) -> String {
        let isFormula = name.first.map { "=+-@".contains($0) } ?? false
        let text = (isFormula ? "'" : "") + name
        guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private struct PolicyObject: Encodable {
        let policy: String
        let means: Means?
        let jobs: [JobObject]
    }

    private struct Means: Encodable {
        let response: Double
        let waiting: Double
        let turnaround: Double
        let makespan: Double
    }

    private struct JobObject: Encodable {
        let job: UInt64
        let device: String
        let arrival: Double
        let seconds: Double
        let start: Double
        let finish: Double
        let response: Double
        let waiting: Double
        let turnaround: Double
    }

    private func policy(_ schedule: PolicySchedule) -> PolicyObject {
        PolicyObject(
            policy: schedule.choice.name,
            means: schedule.means.map {
                Means(
                    response: $0.response,
                    waiting: $0.waiting,
                    turnaround: $0.turnaround,
                    makespan: $0.makespan
                )
            },
            jobs: schedule.jobs.map(job)
        )
    }

    private func job(_ job: ScheduledJob) -> JobObject {
        JobObject(
            job: job.number,
            device: jobs.name(of: job.device),
            arrival: job.arrival.inSeconds,
            seconds: job.cpuTime.inSeconds,
            start: job.start.inSeconds,
            finish: job.finish.inSeconds,
            response: job.response.inSeconds,
            waiting: job.waiting.inSeconds,
            turnaround: job.turnaround.inSeconds
        )
    }
}
