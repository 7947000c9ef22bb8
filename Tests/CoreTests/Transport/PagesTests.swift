import Foundation
import Testing

@testable import Core

private func fullReport() -> ServerReport {
    var report = ServerReport()
    report.standard.counts.produced = 12
    report.standard.counts.consumed = 9
    report.standard.counts.depth = 3
    report.standard.counts.capacity = 15
    report.standard.counts.empty = 12
    report.standard.counts.full = 3
    report.standard.counts.waitingPut = 1
    report.standard.counts.waitingTake = 2
    report.standard.semaphores = [
        .init(name: "empty", value: 12, waiting: 1), .init(name: "mutex", value: 0, waiting: 4),
    ]
    report.jobs = [.init("executed", 7), .init("taken", 2), .init("not run", 0)]
    report.devices = [
        .init(name: "a\\b\"c", cpuTime: .seconds(2.5)), .init(name: "3", cpuTime: .seconds(5)),
    ]
    report.droppedDatagrams = [.init("by the system", 4)]
    report.networkEvents = NetworkTally().report
    var times = LatencyHistogram()
    times.record(.seconds(0.02), count: 3)
    times.record(.seconds(7))
    report.standard.waits = { [times] in ServerReport.Waits(times) }
    return report
}

@Suite("Metrics and status", .timeLimit(.minutes(5)))
struct PagesTests {
    @Test("the metrics have the names and labels that are written down")
    func metrics() {
        let lines = MetricsPage.text(fullReport()).split(separator: "\n").map(String.init)

        for line in [
            #"signalbox_buffer_depth{buffer="default"} 3"#,
            #"signalbox_buffer_capacity_items{buffer="default"} 15"#,
            #"signalbox_items_total{buffer="default",op="put"} 12"#,
            #"signalbox_items_total{buffer="default",op="take"} 9"#,
            #"signalbox_device_cpu_seconds_total{device="a\\b\"c"} 2.5"#,
            #"signalbox_semaphore_value{buffer="default",semaphore="mutex"} 0"#,
            #"signalbox_semaphore_waiters{buffer="default",semaphore="mutex"} 4"#,
            #"signalbox_jobs_total{outcome="executed"} 7"#,
            #"signalbox_dropped_datagrams_total{reason="by the system"} 4"#,
            #"signalbox_wait_seconds_bucket{buffer="default",le="0.01"} 0"#,
            #"signalbox_wait_seconds_bucket{buffer="default",le="0.025"} 3"#,
            #"signalbox_wait_seconds_bucket{buffer="default",le="10"} 4"#,
            #"signalbox_wait_seconds_bucket{buffer="default",le="+Inf"} 4"#,
            #"signalbox_wait_seconds_count{buffer="default"} 4"#,
            "# TYPE signalbox_wait_seconds histogram",
            "# TYPE signalbox_items_total counter",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test("beyond 1024 devices the rest is one, and no name comes twice")
    func manyDevices() {
        var report = ServerReport()
        report.devices =
            (0..<2000).map { .init(name: "\($0)", cpuTime: .seconds(1)) }
            + [
                .init(name: "(other)", cpuTime: .seconds(1)),
                .init(name: "5", cpuTime: .seconds(1)),
            ]

        let devices = report.labelledDevices

        #expect(devices.count == 1025)
        #expect(devices.first { $0.name == "(other)" }?.cpuTime == .seconds(977))
        #expect(devices.first { $0.name == "5" }?.cpuTime == .seconds(2))
    }

    @Test("the status has the fields of STATUS, the semaphores and the devices")
    func status() {
        #expect(
            String(decoding: StatusPage.text(fullReport()), as: UTF8.self)
                == #"{"produced":12,"consumed":9,"depth":3,"capacity":15,"waiting_put":1,"#
                + #""waiting_take":2,"semaphores":{"empty":12,"full":3},"devices":["#
                + #"{"id":"a\\b\"c","seconds":2.5},{"id":"3","seconds":5}],"mailboxes":["#
                + #"{"mailbox":"default","produced":12,"consumed":9,"depth":3,"capacity":15,"#
                + #""waiting_put":1,"waiting_take":2,"semaphores":{"empty":12,"full":3}}]}"#
        )
    }

    @Test("each mailbox has its own lines, and a status with its destinations")
    func mailboxes() {
        var report = fullReport()
        var left = ServerReport.Mailbox(name: "left")
        (left.counts.depth, left.counts.capacity) = (1, 2)
        left.semaphores = [.init(name: "full", value: 1, waiting: 0)]
        left.destinations = [Destination(.process, "7 signalbox"), Destination(.port, "5556")]
        var waits = LatencyHistogram()
        waits.record(Microseconds(100))
        left.waits = { [waits] in ServerReport.Waits(waits) }
        report.others = [left]

        let metrics = MetricsPage.text(report)
        let status = String(decoding: StatusPage.text(left), as: UTF8.self)

        #expect(metrics.contains("\nsignalbox_buffer_depth{buffer=\"left\"} 1\n"))
        #expect(metrics.contains("signalbox_wait_seconds_count{buffer=\"left\"} 1\n"))
        #expect(metrics.contains("{buffer=\"left\",op=\"take\"} 0\n"))
        #expect(metrics.contains("signalbox_semaphore_value{buffer=\"left\",semaphore=\"full\"} 1"))
        #expect(
            status == #"{"mailbox":"left","produced":0,"consumed":0,"depth":1,"capacity":2,"#
                + #""waiting_put":0,"waiting_take":0,"semaphores":{"empty":0,"full":0},"#
                + #""waiting_seconds":{"count":1,"mean":0.0001,"median":0.0001,"p99":0.0001},"#
                + #""destinations":[{"kind":"process","text":"7 signalbox"},"#
                + #"{"kind":"port","text":"5556"}]}"#
        )
    }

    @Test(
        "promtool finds nothing wrong with the metrics",
        .enabled(if: Promtool.isUsable, "needs promtool, which is not installed")
    )
    func promtool() throws {
        var report = fullReport()
        report.others = [ServerReport.Mailbox(name: "left")]
        for report in [ServerReport(), fullReport(), report] {
            let (status, output) = try Promtool.check(MetricsPage.text(report))

            #expect(status == 0 && output.isEmpty, "\(output)")
        }
    }
}

private enum Promtool {
    private static var path: String? {
        let directories = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return directories.map { "\($0)/promtool" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A machine that tests for others must have it.
    static var isUsable: Bool {
        path != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    static func check(_ page: String) throws -> (status: Int32, output: String) {
        let path = try #require(path, "promtool is not installed, and CI=true leaves nothing out")
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(page.utf8))
        try input.fileHandleForWriting.close()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
