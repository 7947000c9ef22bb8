import ArgumentParser
import Core
import Foundation

/// Sends very many jobs from concurrent senders through the real server, once per policy, and
/// compares every device's sum with what its seed says it sent; then watches correct programs at full
/// speed, which nobody may accuse. `--many` does something else: it opens very many connections.
@main
struct Soak: ParsableCommand {
    @Option(help: "jobs per policy")
    var jobs = 1_000_000
    @Option var senders = 8
    @Option var capacity = 15
    @Option var producers = 4
    @Option var consumers = 4
    @Option var seed: UInt64 = 1
    @Option(help: "seconds of full speed per correct program and service; 0 for none")
    var engineSeconds = 10.0
    @Flag(help: "idle connections and blocked takers instead, and jobs that flow meanwhile")
    var many = false
    @Option(help: "how many idle connections")
    var connections = 10_000
    @Option(help: "how many takers wait at the same time")
    var takers = 1000
    @Option(help: "the server's program")
    var server = ".build/release/signalbox"

    func run() throws {
        if many { return try runMany() }
        var isSound = true
        for policy in PolicyCatalog.all.map(\.name) {
            isSound = try soak(policy) && isSound
        }
        isSound = soakEngine() && isSound
        if !isSound { throw ExitCode(1) }
    }

    private func runMany() throws {
        let soak = ManySoak(
            server: server,
            connections: connections,
            takers: takers,
            jobs: min(jobs, 100_000)
        )
        if try !soak.run() { throw ExitCode(1) }
    }

    private func soakEngine() -> Bool {
        guard engineSeconds > 0 else { return true }
        var isSound = true
        for programs in ProgramCatalog.all where programs.isCorrect {
            for service in KernelSettings.Service.allCases {
                let result = EngineSoak(seconds: engineSeconds).run(programs, service)
                print(
                    "\(programs.name), \(service.rawValue): \(result.executed) jobs in"
                        + " \(engineSeconds) s, \(result.judgedEvents) events and"
                        + " \(result.judgedStates) states judged: \(result.faults.count) accusations"
                )
                isSound = isSound && result.faults.isEmpty
            }
        }
        return isSound
    }

    private func soak(_ policy: String) throws -> Bool {
        let workload = Workload(
            devices: senders,
            jobsPerDevice: jobs / senders,
            seconds: SecondsRange(.zero...(.seconds(5)), step: .seconds(1)),
            interval: SecondsRange(.zero...(.zero), step: Microseconds(1)),
            seed: seed
        )
        let process = try ServerProcess(
            server,
            [
                "serve", "127.0.0.1", "0", "--headless", "--log-format", "none", "--policy", policy,
                "--capacity", "\(capacity)", "--producers", "\(producers)",
                "--consumers", "\(consumers)", "--rate", "max", "--exit-after", "\(workload.jobs)",
            ]
        )
        let begin = Date()
        let fleet = DeviceFleet(
            workload,
            server: .loopback(port: process.port),
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(60)),
            clock: SystemClock(),
            whenDone: {}
        )
        fleet.join()
        let summary = process.waitForEnd()
        let elapsed = Date().timeIntervalSince(begin)
        let wrong = mismatches(workload, summary)
        let total = DeviceReport.total(of: fleet.reports, id: "total")
        print(
            "\(policy): \(workload.jobs) jobs in \(String(format: "%.1f", elapsed)) s,"
                + " \(Int(Double(workload.jobs) / elapsed)) jobs/s, \(total.unanswered) unanswered,"
                + " mean reply \(total.meanReplyTime.map { "\($0.count) µs" } ?? "-"),"
                + " 99 % within \(total.p99ReplyTime.map { "\($0.count) µs" } ?? "-"):"
                + " \(wrong.isEmpty ? "every device's sum is exact" : "WRONG")"
        )
        for line in wrong { print("  \(line)") }
        return wrong.isEmpty && total.unanswered == 0
    }

    private func mismatches(_ workload: Workload, _ summary: String) -> [String] {
        let lines = Set(summary.split(separator: "\n").map(String.init))
        return (0..<workload.devices).compactMap { number in
            let stream = workload.stream(ofDevice: number)
            let sum = stream.reduce(Microseconds.zero) { $0 + $1.cpuTime }
            let expected = "Device \(stream.id) consumed \(sum) seconds of CPU time"
            return lines.contains(expected) ? nil : "missing: \(expected)"
        }
    }
}
