/// What the server's pages tell, at one moment.
package struct ServerReport {
    package struct Semaphore {
        package let name: String
        package let value: Int
        package let waiting: Int

        package init(name: String, value: Int, waiting: Int) {
            self.name = name
            self.value = value
            self.waiting = waiting
        }
    }

    /// One buffer.
    package struct Mailbox {
        package let name: String
        package var counts = BufferCounts()
        package var semaphores: [Semaphore] = []
        /// By what messages for it can be addressed.
        package var destinations: [Destination] = []
        /// How long its jobs waited; asked only for the pages that tell it.
        package var waits: @Sendable () -> Waits = { Waits(LatencyHistogram()) }

        package init(name: String) {
            self.name = name
        }
    }

    package struct Device {
        /// Sanitised; devices with the same name are shown as one.
        package let name: String
        package let cpuTime: Microseconds

        package init(name: String, cpuTime: Microseconds) {
            self.name = name
            self.cpuTime = cpuTime
        }
    }

    /// How often something happened.
    package struct Count {
        package let name: String
        package let count: UInt64

        package init(_ name: String, _ count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// How long jobs waited from arrival to the end, less their execution.
    ///
    /// Cost: each figure but the count walks through the times, so a page asks only for its own.
    package struct Waits {
        private let times: LatencyHistogram

        private static let bounds: [Microseconds] = [
            1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
            2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000, 3_600_000_000,
        ].map { Microseconds($0) }

        /// - Parameter times: Such as `JobTimes.waiting`.
        package init(_ times: LatencyHistogram) { self.times = times }

        package var count: UInt64 { times.count }
        /// `nil` while there is none.
        package var mean: Microseconds? { times.mean }
        package var median: Microseconds? { times.percentile(50) }
        /// 99 of 100 waited no longer.
        package var slowest: Microseconds? { times.percentile(99) }

        package var buckets: [(bound: Microseconds, count: UInt64)] {
            Self.bounds.map { ($0, times.count(upTo: $0)) }
        }

        package var sum: Microseconds {
            let average = Double(mean?.count ?? 0)
            return Microseconds(UInt64(min(average * Double(count), 1e18)))
        }
    }

    /// Whether the server is shutting down.
    package var isStopping = false
    /// The mailbox that is meant where none is named.
    package var standard = Mailbox(name: Mailboxes.standardName)
    package var others: [Mailbox] = []
    /// By what became of them.
    package var jobs: [Count] = []
    /// The most important first; what comes after the first 1024 is shown together.
    package var devices: [Device] = []
    /// Datagrams that were refused or dropped, by reason.
    package var droppedDatagrams: [Count] = []
    /// What else the network did, and limits that were hit.
    package var networkEvents: [Count] = []
    /// What was refused, in datagrams and on connections, by reason.
    package var refusals: [Count] = []
    /// Who watches from another terminal.
    package var watching = Watching()

    package struct Watching {
        package var watchers = 0
        /// Frames that were written, and those left out because a watcher had not read the last.
        package var frames: [Count] = []
    }

    package init() {}

    /// The standard one first.
    var mailboxes: [Mailbox] { [standard] + others }

    /// More labels would burden whoever collects the metrics.
    static let mostDevices = 1024
    static let otherDevices = "(other)"

    /// Each name once, at most `mostDevices` and the rest.
    var labelledDevices: [Device] {
        var names: [String] = []
        var times: [String: Microseconds] = [:]
        for device in devices {
            let isLabelled = times[device.name] != nil || names.count < Self.mostDevices
            let name = isLabelled ? device.name : Self.otherDevices
            if times[name] == nil { names.append(name) }
            times[name, default: .zero] += device.cpuTime
        }
        return names.map { Device(name: $0, cpuTime: times[$0] ?? .zero) }
    }
}

extension NetworkTally {
    /// Every event and how often it happened, also those that never did.
    package var report: [ServerReport.Count] {
        NetworkEvent.allCases.map { ServerReport.Count($0.rawValue, UInt64(self[$0])) }
    }
}
