import Testing

@testable import Core

@Suite("Schedules", .timeLimit(.minutes(5)))
struct PolicyRehearsalTests {
    private func schedule(_ published: PublishedSchedule) throws -> PolicySchedule {
        let jobs = JobList(
            atOnce: published.seconds.enumerated().map { number, seconds in
                let priorities = published.priorities
                let priority = priorities.isEmpty ? 0 : priorities[number]
                return ("P\(number + 1)", seconds, priority)
            }
        )
        let choice = try #require(PolicyChoice(published.policy, jobs: jobs))
        return PolicyRehearsal(jobs).schedule(under: choice)
    }

    @Test(
        "response, waiting and turnaround are as published",
        arguments: PublishedSchedule.inOneGo + PublishedSchedule.priority
            + PublishedSchedule.roundRobin
    )
    func published(_ published: PublishedSchedule) throws {
        let schedule = try schedule(published)

        check(schedule, published)
    }

    private func check(_ schedule: PolicySchedule, _ published: PublishedSchedule) {
        #expect(schedule.jobs.map(\.response.inSeconds) == published.response)
        #expect(schedule.jobs.map(\.waiting.inSeconds) == published.waiting)
        #expect(schedule.jobs.map(\.turnaround.inSeconds) == published.turnaround)
        #expect(isPrinted(schedule.means?.response, published.meanResponse))
        #expect(isPrinted(schedule.means?.waiting, published.meanWaiting))
        #expect(isPrinted(schedule.means?.turnaround, published.meanTurnaround))
        #expect(schedule.means?.makespan == published.seconds.reduce(0, +))
        #expect(schedule.jobs.map(\.cpuTime.inSeconds) == published.seconds)
    }

    /// The source rounds to two decimals.
    private func isPrinted(_ mean: Double?, _ printed: Double?) -> Bool {
        guard let printed else { return true }
        return mean.map { abs($0 - printed) <= 0.005 + 1e-9 } ?? false
    }

    @Test("the chart has every job's execution, without gaps for one consumer")
    func chart() throws {
        let schedule = try schedule(PublishedSchedule.inOneGo[5])

        #expect(schedule.chart.consumers == ["C1"])
        #expect(schedule.chart.bars.map(\.job) == [3, 2, 1])
        #expect(schedule.chart.bars.map(\.start) == [.zero, .seconds(5), .seconds(13)])
        #expect(schedule.chart.bars.map(\.end) == [.seconds(5), .seconds(13), .seconds(22)])
    }

    /// Source: OSTEP, §7.4, figure 7.4: without preemption late arrivals still wait for the long job.
    @Test("the textbook's late arrivals have the textbook's mean turnaround, 103.33")
    func lateArrivals() throws {
        let jobs = try JobList(csv: Array("0,A,100\n10,B,10\n10,C,10".utf8))
        let choice = try #require(PolicyChoice("sjf", jobs: jobs))

        let means = PolicyRehearsal(jobs).schedule(under: choice).means

        #expect(isPrinted(means?.turnaround, 103.33))
    }

    @Test("round robin's chart has a bar for every turn")
    func turns() throws {
        let schedule = try schedule(PublishedSchedule.roundRobin[4])

        #expect(schedule.chart.bars.map(\.job) == [1, 2, 3, 1, 1, 1, 1, 1])
        #expect(schedule.chart.bars.map(\.start.inSeconds) == [0, 4, 7, 10, 14, 18, 22, 26])
    }

    @Test("jobs that arrive later wait for whoever runs, and idle time is no waiting")
    func arrivals() throws {
        var jobs = JobList()
        for (arrival, name, seconds) in [(0.0, "A", 10.0), (1, "B", 4), (2, "C", 1), (30, "D", 2)] {
            let device = jobs.device(named: name)
            jobs.add(
                JobList.Entry(
                    arrival: .seconds(arrival),
                    device: device,
                    cpuTime: .seconds(seconds)
                )
            )
        }
        let choice = try #require(PolicyChoice("sjf", jobs: jobs))

        let schedule = PolicyRehearsal(jobs).schedule(under: choice)

        #expect(schedule.jobs.map(\.start.inSeconds) == [0, 11, 10, 30])
        #expect(schedule.jobs.map(\.waiting.inSeconds) == [0, 10, 8, 0])
        #expect(schedule.means?.makespan == 32)
    }

    @Test("two consumers share the work; a small buffer keeps a policy from seeing all jobs")
    func shapes() throws {
        let jobs = JobList(atOnce: [("A", 4, 0), ("B", 3, 0), ("C", 2, 0), ("D", 1, 0)])
        let choice = try #require(PolicyChoice("sjf", jobs: jobs))
        var two = PolicyRehearsal(jobs)
        two.consumers = 2
        var small = PolicyRehearsal(jobs)
        small.capacity = 1

        #expect(two.schedule(under: choice).jobs.map(\.start.inSeconds) == [2, 1, 0, 0])
        // One slot: whoever comes first is next, however long.
        #expect(small.schedule(under: choice).jobs.map(\.start.inSeconds) == [0, 4, 7, 9])
    }

    @Test("every policy executes every job exactly once, for the time it asked", arguments: 0..<20)
    func complete(seed: Int) throws {
        var random = RandomNumbers(seed: UInt64(seed))
        var jobs = JobList()
        for number in 0..<60 {
            let device = jobs.device(named: "\(number % 7)")
            jobs.add(
                JobList.Entry(
                    arrival: Microseconds(.random(in: 0...100_000_000, using: &random)),
                    device: device,
                    cpuTime: Microseconds(.random(in: 1...5_000_000, using: &random))
                )
            )
        }
        for policy in PolicyCatalog.all {
            let choice = try #require(PolicyChoice(policy.name, jobs: jobs))
            var rehearsal = PolicyRehearsal(jobs)
            rehearsal.consumers = seed % 3 + 1

            let schedule = rehearsal.schedule(under: choice)

            #expect(schedule.jobs.map(\.number) == Array(1...60), "seed \(seed), \(policy.name)")
            var executed: [UInt64: UInt64] = [:]
            for bar in schedule.chart.bars {
                executed[bar.job, default: 0] += (bar.end - bar.start).count
            }
            let asked = jobs.entries.map(\.cpuTime.count)
            #expect((1...60).map { executed[$0] ?? 0 } == asked, "seed \(seed), \(policy.name)")
        }
    }
}
