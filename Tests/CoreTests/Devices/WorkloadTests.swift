import Testing

@testable import Core

private func workload(devices: Int, seed: UInt64) -> Workload {
    let whole = Microseconds(1_000_000)
    return Workload(
        devices: devices,
        jobsPerDevice: 5,
        seconds: SecondsRange(whole...Microseconds(5_000_000), step: whole),
        interval: SecondsRange(.zero...whole, step: Microseconds(1000)),
        seed: seed,
        firstID: 7
    )
}

@Suite("Workload")
struct WorkloadTests {
    @Test("the same seed asks for the same jobs, another seed for others")
    func deterministic() {
        let jobs = Array(workload(devices: 3, seed: 1).stream(ofDevice: 2))

        #expect(jobs == Array(workload(devices: 3, seed: 1).stream(ofDevice: 2)))
        #expect(jobs != Array(workload(devices: 3, seed: 2).stream(ofDevice: 2)))
        #expect(jobs != Array(workload(devices: 3, seed: 1).stream(ofDevice: 1)))
    }

    @Test("a device's jobs do not depend on how many devices there are")
    func independent() {
        let few = workload(devices: 1, seed: 1)
        let many = workload(devices: 100, seed: 1)

        #expect(Array(few.stream(ofDevice: 0)) == Array(many.stream(ofDevice: 0)))
    }

    @Test("jobs and pauses keep to their ranges, and the names count on")
    func ranges() {
        let stream = workload(devices: 3, seed: 3).stream(ofDevice: 2)

        #expect(stream.id == "9")
        #expect(Array(stream).count == 5)
        for job in stream {
            #expect((1_000_000...5_000_000).contains(job.cpuTime.count))
            #expect(job.cpuTime.count % 1_000_000 == 0)
            #expect(job.pauseBefore.count <= 1_000_000)
        }
    }
}
