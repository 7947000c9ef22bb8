import Core

/// Devices in the server's own process, which send real datagrams over loopback.
struct DemoDevices {
    let count: Int
    let jobs: Int
    let seed: UInt64

    /// Starts them; whoever does stops and joins them.
    func start(sendingTo server: Server) -> DeviceFleet {
        let address = server.addresses.first ?? .loopback(port: 0)
        let workload = Workload(
            devices: count,
            jobsPerDevice: jobs,
            seconds: SecondsRange(.seconds(1)...(.seconds(5)), step: .seconds(1)),
            // Two consumers at four times the speed just keep up, so the buffer fills and drains.
            interval: SecondsRange(.zero...(.seconds(4)), step: Microseconds(1000)),
            seed: seed
        )
        return DeviceFleet(
            workload,
            server: address,
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(86_400)),
            clock: SystemClock(),
            whenDone: { [engine = server.engine] in engine.changes.wake() }
        )
    }

    /// Whether the devices are done, and every job that came was executed.
    func areDone(_ fleet: DeviceFleet?, _ server: Server) -> Bool {
        guard let fleet, !fleet.isRunning else { return false }
        return server.engine.kernel.snapshot().consumed >= UInt64(server.counters.accepted)
    }
}
