import Testing

@testable import Core

@Suite(.timeLimit(.minutes(5)))
struct PriorityFirstTests {
    @Test func `the lowest number goes first, ties by age, others have 0`() throws {
        let policy = try PriorityFirst("slow=5,urgent=-3")
        let devices = DeviceTable(limit: 10, known: policy.deviceNames)
        var settings = EngineSettings()
        settings.kernel.policy = policy
        let rehearsal = Rehearsal(settings)
        for name in ["slow", "x", "urgent", "y", "slow", "urgent"] {
            let job = Job(device: devices.device(named: name), cpuTime: .seconds(1))
            rehearsal.send(job, at: .zero)
        }
        rehearsal.run()
        #expect(rehearsal.finished.map(\.id) == [3, 6, 2, 4, 1, 5])
    }

    @Test func `a name may have an equals sign`() throws {
        #expect(try PriorityFirst("a=b=7").deviceNames == ["a=b"])
    }

    @Test(arguments: [
        ("3", "\"3\" is not a device and its priority, such as 3=5"),
        ("3=x", "\"3=x\" is not a device and its priority, such as 3=5"),
        ("3=1001", "\"3=1001\": a priority is -1000 to 1000"),
        ("=1", "\"=1\": a device's name has 1 to 64 bytes"),
        ("3=1,3=2", "device \"3\" is there twice"),
    ])
    func `what is no list of priorities is refused with its reason`(text: String, reason: String) {
        do throws(PriorityError) {
            _ = try PriorityFirst(text)
            Issue.record("\(text) was accepted")
        } catch {
            #expect(error.description == reason)
        }
    }
}
