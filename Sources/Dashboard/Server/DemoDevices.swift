import Core

/// Devices in the server's own process, which send real datagrams over loopback.
final class DemoDevices: OwnClients {
    private let count: Int
    private let jobs: Int
    private let seed: UInt64
    private var fleet: DeviceFleet?

    init(count: Int, jobs: Int, seed: UInt64) {
        self.count = count
        self.jobs = jobs
        self.seed = seed
    }

    func start(sendingTo server: Server) {
        let address = server.addresses.first ?? .loopback(port: 0)
        let workload = Workload(
            devices: count,
            jobsPerDevice: jobs,
            seconds: SecondsRange(.seconds(1)...(.seconds(5)), step: .seconds(1)),
            // Two consumers at four times the speed just keep up, so the buffer fills and drains.
            interval: SecondsRange(.zero...(.seconds(4)), step: Microseconds(1000)),
            seed: seed
        )
        fleet = DeviceFleet(
            workload,
            server: address,
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(86_400)),
            clock: SystemClock(),
            whenDone: { [engine = server.engine] in engine.changes.wake() }
        )
    }

    func areDone(_ server: Server) -> Bool {
        guard let fleet, !fleet.isRunning else { return false }
        return server.engine.kernel.snapshot().consumed >= UInt64(server.counters.accepted)
    }

    func stop() {
        fleet?.stop()
        fleet?.join()
    }

    func takeRemarks() -> [String] { [] }

    var lastWords: [String] { [] }
}
