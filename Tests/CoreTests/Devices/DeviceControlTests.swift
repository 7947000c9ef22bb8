import Testing

@testable import Core

@Suite("Devices under control", .timeLimit(.minutes(5)))
struct DeviceControlTests {
    private func stream(jobs: Int) -> JobStream {
        Workload(
            devices: 1,
            jobsPerDevice: jobs,
            seconds: SecondsRange(.seconds(1)...(.seconds(9)), step: .seconds(1)),
            interval: SecondsRange(.seconds(4)...(.seconds(4)), step: .seconds(1)),
            seed: 1
        ).stream(ofDevice: 0)
    }

    @Test("the planned jobs come after their pauses, then it is over")
    func planned() {
        let jobs = Array(stream(jobs: 2))
        var schedule = DeviceSchedule(stream(jobs: 2))

        #expect(schedule.turn(under: nil) == .wait(.seconds(4)))
        schedule.rest(.seconds(3))
        #expect(schedule.turn(under: nil) == .wait(.seconds(1)))
        schedule.rest(.seconds(1))
        #expect(schedule.turn(under: nil) == .send(jobs[0]))
        #expect(schedule.turn(under: nil) == .wait(.seconds(4)))
        schedule.rest(.seconds(9))
        #expect(schedule.turn(under: nil) == .send(jobs[1]))
        #expect(schedule.turn(under: nil) == .over)
    }

    @Test("a rate changes the pauses, a pause stops them, and neither changes the jobs")
    func rate() {
        let jobs = Array(stream(jobs: 2))
        let control = DeviceControl(whenChanged: {})
        var schedule = DeviceSchedule(stream(jobs: 2))

        control.setRate(Rate(thousandths: 2000))
        #expect(schedule.turn(under: control) == .wait(.seconds(2)))
        control.setPaused(true)
        #expect(schedule.turn(under: control) == .wait(nil))
        control.setRate(.maximum)
        control.setPaused(false)
        #expect(schedule.turn(under: control) == .send(jobs[0]))
        #expect(schedule.turn(under: control) == .send(jobs[1]))
        #expect(schedule.turn(under: control) == .wait(nil))
    }

    @Test("jobs that are asked for come at once, also while paused, and beside the planned ones")
    func extras() {
        let job = Array(stream(jobs: 1))[0]
        let control = DeviceControl(whenChanged: {})
        var schedule = DeviceSchedule(stream(jobs: 1))
        control.setPaused(true)

        control.sendNow(2)

        var sent = 0
        while case .send = schedule.turn(under: control) { sent += 1 }
        #expect(sent == 2)
        #expect(control.look.waiting == 0)
        control.setPaused(false)
        schedule.rest(.seconds(4))
        #expect(schedule.turn(under: control) == .send(job))
    }

    @Test("what is asked for wakes a sleeping device, which tells what became of the job")
    func session() throws {
        let server = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1 << 20)
        let changed = Parker()
        let control = DeviceControl(whenChanged: { changed.unpark() })
        let session = DeviceSession(
            jobs: stream(jobs: 0),
            server: server.address,
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(60)),
            clock: ManualClock(),
            control: control,
            work: { _ in .seconds(2.5) }
        )
        let thread = SystemThread(name: "device") { session.run() }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { bytes.deallocate() }

        control.sendNow(1)
        var peer = SocketAddress()
        let length = try server.receive(into: bytes, from: &peer, waiting: true)
        let request = UnsafeRawBufferPointer(rebasing: bytes[..<length])
        #expect(control.look.jobs.map(\.state) == [.sent(.zero)])
        try server.send(request, to: peer)
        while control.look.replied == 0 { changed.park() }
        session.stop()
        thread.join()

        #expect(String(decoding: request, as: UTF8.self) == "1:2.5")
        #expect(
            control.look.jobs == [
                DeviceControl.OwnJob(
                    number: 1,
                    device: "1",
                    cpuTime: .seconds(2.5),
                    state: .replied(.zero)
                )
            ]
        )
        #expect(control.look.cpuTime == .seconds(2.5))
    }

    @Test("work that fails sends nothing, and is counted")
    func failedWork() throws {
        let server = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1 << 20)
        let clock = ManualClock()
        var workload = Workload(
            devices: 1,
            jobsPerDevice: 3,
            seconds: SecondsRange(.seconds(1)...(.seconds(1)), step: .seconds(1)),
            interval: SecondsRange(.zero ... .zero, step: .seconds(1)),
            seed: 1
        )
        workload.firstID = 9
        let session = DeviceSession(
            jobs: workload.stream(ofDevice: 0),
            server: server.address,
            manner: DeviceSession.Manner(waitsForReplies: false, timeout: .seconds(1)),
            clock: clock,
            work: { _ in nil }
        )

        session.run()

        #expect(session.report.failed == 3)
        #expect(session.report.sent == 0)
    }
}
