import Core
import Testing

/// Every job of every device is executed once: over real datagrams, in the real program.
///
/// `SIGNALBOX_SOAK_JOBS` makes it as many jobs per policy as one likes.
@Suite("Nothing is lost", .serialized, .timeLimit(.minutes(5)))
struct NothingLostTests {
    private static let jobs =
        Child.environment["SIGNALBOX_SOAK_JOBS"].flatMap { Int($0) } ?? 20_000
    private static let devices = 8

    @Test("every device's sum is exact", arguments: ["fifo", "sjf", "ljf"])
    func sums(policy: String) async throws {
        let seed = UInt64.random(in: 0...999_999)
        let workload = Workload(
            devices: Self.devices,
            jobsPerDevice: Self.jobs / Self.devices,
            seconds: SecondsRange(Microseconds(1)...(.seconds(5)), step: Microseconds(1)),
            interval: SecondsRange(.zero...(.zero), step: .seconds(1)),
            seed: seed
        )
        let server = try await HeadlessServer(
            "--capacity 15 --producers 4 --consumers 4 --policy \(policy) --rate max"
                + " --log-format none --exit-after \(workload.jobs)"
        )

        let fleet = DeviceFleet(
            workload,
            server: .loopback(port: server.port),
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(60)),
            clock: SystemClock(),
            whenDone: {}
        )
        defer {
            fleet.stop()
            fleet.join()
        }
        let summary = try await server.summary(within: .seconds(300 + Self.jobs / 100))
        try await Waiting.until("the devices' ends") { fleet.isRunning ? nil : () }

        #expect(summary.end == .exited(0), "seed \(seed)")
        #expect(summary.devices == expectedLines(workload), "seed \(seed)")
        #expect(fleet.reports.map(\.replied) == fleet.reports.map(\.sent), "seed \(seed)")
        #expect(summary.line("Jobs:").hasPrefix("Jobs: \(workload.jobs) done, 0 not run;"))
        let sum = "\(workload.jobs) produced = \(workload.jobs) consumed + 0 held"
        #expect(summary.line("Nothing lost").hasSuffix(sum))
    }

    /// What the devices will send, added up without sending it.
    private func expectedLines(_ workload: Workload) -> [String] {
        (0..<workload.devices).map { number in
            let jobs = workload.stream(ofDevice: number)
            let sum = jobs.reduce(Microseconds.zero) { $0 + $1.cpuTime }
            return "Device \(jobs.id) consumed \(sum) seconds of CPU time"
        }
    }
}
