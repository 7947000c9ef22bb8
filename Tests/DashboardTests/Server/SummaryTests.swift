import Core
import Testing

@testable import Dashboard

@Suite("The summary")
struct SummaryTests {
    private func summary(
        _ cpuTimes: [(name: String, seconds: Double)],
        notRun: UInt64 = 0,
        received: Int? = nil,
        change: (inout EngineState) -> Void = { _ in }
    ) -> Summary {
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        var times = JobTimes()
        for job in cpuTimes {
            fold.insert("P1", device: 1, seconds: job.seconds)
            fold.remove("C1")
            fold.apply(.executionStarted, by: "C1")
            fold.apply(.executionFinished(DeviceID(1), cpuTime: .seconds(job.seconds)), by: "C1")
            times.record(arrival: .zero, start: .seconds(1), finish: .seconds(3))
        }
        change(&fold.state)
        var counters = ReceiverCounters()
        counters.accepted = received ?? cpuTimes.count + Int(notRun)
        let mailbox = MailboxSummary(
            name: "default",
            ledger: cpuTimes.indices.map { index in
                Ledger.Entry(
                    device: DeviceID(UInt32(index)),
                    cpuTime: .seconds(cpuTimes[index].seconds),
                    jobs: 1
                )
            },
            times: times,
            agents: AgentsReport(),
            state: fold.state,
            notRun: notRun
        )
        return Summary(
            mailboxes: [mailbox],
            nameOfDevice: { cpuTimes[Int($0.index)].name },
            counters: counters,
            network: NetworkTally()
        )
    }

    @Test("a job that was doubled, and both of it killed, is told too")
    func doubledAndKilled() {
        let text = summary([]) { state in
            (state.produced, state.doubled, state.emptyTakes, state.withdrawn) = (1, 1, 1, 2)
        }.text

        #expect(text.contains("BROKEN: 1 job taken twice"))
    }

    @Test("has a line a device, sorted as numbers, seconds without trailing zeros")
    func devices() {
        let text = summary([("10", 12), ("ps", 0.25), ("9", 2.5)]).text

        #expect(
            text.hasPrefix(
                """
                Device 9 consumed 2.5 seconds of CPU time
                Device 10 consumed 12 seconds of CPU time
                Device ps consumed 0.25 seconds of CPU time
                Jobs: 3 done, 0 not run; 14.75 seconds of CPU time for 3 devices

                """
            )
        )
    }

    @Test("tells the three times, and that all adds up")
    func times() {
        let text = summary([("1", 2)], notRun: 4).text

        #expect(text.contains("Jobs: 1 done, 4 not run"))
        #expect(text.contains("Response time: mean 1"))
        #expect(text.contains("Nothing lost, nothing doubled: 1 produced = 1 consumed + 0 held\n"))
    }

    @Test("waiting jobs of whoever was kicked out are named, and among those not run")
    func kickedOut() {
        var summary = summary([("1", 2)], notRun: 3)
        #expect(!summary.text.contains("kicked out"))
        summary.counters.kickedOut = 3

        #expect(summary.isSound)
        #expect(summary.text.contains("Given up, kicked out: 3 waiting jobs, among those not run"))
    }

    @Test("without jobs it has no times")
    func nothing() {
        let text = summary([]).text

        #expect(text.hasPrefix("Jobs: 0 done, 0 not run; 0 seconds of CPU time for 0 devices\n"))
        #expect(!text.contains("time: mean"))
    }

    @Test("a received job that nobody knows of breaks the run")
    func unaccounted() {
        let summary = summary([("1", 2)], received: 2)

        #expect(!summary.isSound)
        #expect(summary.text.contains("BROKEN: 2 jobs were received, 1 are known"))
    }

    @Test("says what is broken")
    func broken() {
        let lost = summary([("1", 2)]) { $0.produced += 1 }
        let unbooked = summary([("1", 2)]) {
            $0.produced += 1
            $0.consumed += 1
        }

        #expect(!lost.isSound && lost.text.contains("BROKEN: 2 jobs produced are not 1 consumed"))
        #expect(unbooked.text.contains("BROKEN: the ledger has 1 jobs, not 2"))
    }

    @Test("a run that ended stuck says who waited for what, and that the books are right")
    func stuck() throws {
        let swapped = try #require(ProgramCatalog.named("swapped-waits"))
        var fold = Fold(capacity: 1, producers: 1, consumers: 1)
        fold.state.programs = swapped
        fold.apply(.waited(.mutex), by: "C1")
        fold.apply(.blocked(.full), by: "C1")
        fold.apply(.produced(DeviceID(1), cpuTime: .seconds(1)), by: "P1")
        fold.apply(.blocked(.mutex), by: "P1")
        let standstill = try #require(fold.state.standstill)
        var stuck = summary([("1", 2)])
        stuck.mailboxes[0].standstill = Explainer().explain(standstill, in: fold.state)

        let lines = stuck.text.split(separator: "\n")

        #expect(lines.dropLast().last?.hasPrefix("Stuck in the end: Deadlock. ") == true)
        #expect(lines.last?.hasPrefix("Nothing lost, nothing doubled: ") == true)
        #expect(stuck.isSound)
    }

    @Test("has a line for each further mailbox, whose jobs count in all sums and in the soundness")
    func mailboxes() {
        var agents = AgentsReport()
        (agents.inserted, agents.taken) = (2, 1)
        var fold = Fold(capacity: 2, producers: 1, consumers: 1)
        for _ in 0..<2 { fold.insert("P1", device: 1, seconds: 3) }
        fold.remove("C1")
        fold.apply(.executionStarted, by: "C1")
        fold.apply(.executionFinished(DeviceID(1), cpuTime: .seconds(3)), by: "C1")
        var left = MailboxSummary(
            name: "left",
            ledger: [Ledger.Entry(device: DeviceID(0), cpuTime: .seconds(3), jobs: 1)],
            agents: agents,
            state: fold.state,
            notRun: 1
        )
        var whole = summary([("7", 2)])

        whole.mailboxes.append(left)
        let lines = whole.text.split(separator: "\n").map(String.init)
        left.notRun = 0
        left.times.record(arrival: .zero, start: .seconds(1), finish: .seconds(1))
        whole.mailboxes[1] = left

        #expect(lines.first == "Device 7 consumed 5 seconds of CPU time")
        #expect(lines.contains("Jobs: 2 done, 1 not run; 5 seconds of CPU time for 1 device"))
        #expect(lines.contains("Mailbox left: 2 put, 1 taken, 1 left"))
        #expect(whole.text.contains("2 put, 1 taken, 0 left; waiting time: mean 1.001 s, median"))
        #expect(lines.last?.hasSuffix("3 produced = 2 consumed + 1 held") == true)
        #expect(whole.text.contains("BROKEN: mailbox left: 2 jobs were received, 1 are known"))
    }

    @Test("says which jobs a broken program lost, doubled, or took from where none was")
    func misplaced() {
        let two = summary([("1", 2)], received: 3) {
            $0.programs = ProgramCatalog.named("no-mutex") ?? $0.programs
            $0.produced += 2
            $0.lost = 2
            $0.emptyTakes = 1
        }
        let one = summary([("1", 2)], received: 2) {
            $0.produced += 1
            $0.lost = 1
        }

        #expect(one.text.contains("BROKEN: 1 job overwritten in its slot\n"))
        #expect(!two.isSound)
        #expect(
            two.text.hasSuffix(
                "BROKEN: 2 jobs overwritten in their slots; "
                    + "1 job taken from slots where nothing was\n"
            )
        )
    }
}

@Suite("The order of devices")
struct DeviceOrderTests {
    @Test("numbers come as numbers, before names")
    func order() {
        let sorted = ["b", "10", "a", "9", "2", "学", "09"].sorted(by: DeviceOrder.precedes)

        #expect(sorted == ["2", "09", "9", "10", "a", "b", "学"])
    }

    @Test("it is an order: of two different names exactly one comes first")
    func strict() {
        let names = ["1", "01", "a", "", "-1", "18446744073709551616", "B"]
        for left in names {
            for right in names where left != right {
                #expect(DeviceOrder.precedes(left, right) != DeviceOrder.precedes(right, left))
            }
            #expect(!DeviceOrder.precedes(left, left))
        }
    }
}
