import Glibc
import Testing

@testable import Core

/// The simulation on real threads; time is the test's.
private final class TestRun {
    let scratch = ScratchFolder()
    let clock = ManualClock()
    let simulation: StudentSimulation
    let engine: Engine

    init(
        count: Int,
        rate: Rate = .maximum,
        producers: Int = 1,
        consumers: Int = 1,
        programs: ProgramPair = StudentPrograms.pair(timeOut: .seconds(5)),
        _ change: (inout StudentSimulation.Settings) -> Void = { _ in }
    ) throws {
        var students = StudentSimulation.Settings()
        students.count = count
        change(&students)
        let folder = try StudentFolder(scratch.path)
        simulation = StudentSimulation(students, folder: folder, clock: clock)
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        settings.kernel.rate = rate
        settings.kernel.programs = programs
        settings.producers = producers
        settings.consumers = consumers
        settings.reply = .done
        engine = Engine(settings, source: simulation, replies: simulation, clock: clock)
        simulation.follow(engine.kernel)
    }

    deinit { engine.stop() }

    func until(_ what: Comment, _ condition: () -> Bool) {
        let clock = SystemClock()
        while clock.now < .seconds(30) {
            if condition() { return }
            sched_yield()
        }
        Issue.record(what)
    }
}

@Suite("The student simulation", .timeLimit(.minutes(5)))
struct StudentSimulationTests {
    @Test(
        "everybody who is made is judged, and every file is empty in the end",
        arguments: [(1, 1), (1, 3), (3, 1), (3, 3)]
    )
    func all(producers: Int, consumers: Int) throws {
        let run = try TestRun(count: 60, producers: producers, consumers: consumers)

        run.engine.start()
        run.until("all are judged") { run.simulation.isDone }
        run.engine.stop()

        let tally = run.simulation.tally
        let generator = StudentGenerator(seed: 1)
        let students = (1...60).map(generator.student)
        #expect(tally.produced == 60)
        #expect(tally.passed == students.count(where: \.hasPassed))
        #expect(tally.failed == 60 - tally.passed)
        #expect(tally.refused == 0)
        #expect(tally.bytesRead == tally.bytesWritten)
        #expect(tally.failure == nil)
        for number in 1...60 { #expect(try run.scratch.text(number).isEmpty) }
        let lines = run.simulation.takeLines()
        #expect(Set(lines) == Set(students.enumerated().map { "student \($0 + 1): \($1.line)" }))
        #expect(run.engine.kernel.completeState().violations().isEmpty)
    }

    @Test("a producer makes the next student when its delay has passed, and not before")
    func producerDelay() throws {
        let run = try TestRun(count: 2, rate: .normal, consumers: 0) {
            $0.producerDelay = SecondsRange(.seconds(1)...(.seconds(1)), step: .seconds(1))
        }
        let producer = try #require(run.engine.kernel.snapshot().threads.first?.id)
        func isWaiting() -> Bool {
            run.engine.kernel.snapshot()[producer]?.phase == .awaitingJobs
        }

        run.engine.start()
        run.until("the producer waits") { isWaiting() }
        run.clock.advance(by: .milliseconds(999))
        #expect(run.simulation.tally.produced == 0)
        // A thread that has not gone to sleep yet looks at the clock itself.
        run.until("the first student") {
            run.clock.advance(by: .milliseconds(1))
            return run.simulation.tally.produced == 1
        }
        run.until("the second student") {
            run.clock.advance(by: .milliseconds(1))
            return run.simulation.tally.produced == 2
        }
        #expect(run.clock.now >= .seconds(2))
        run.until("the producer waits for ever") { isWaiting() }
    }

    @Test("the rate shortens a producer's delay; set to max, nobody waits")
    func rate() throws {
        let run = try TestRun(count: 10, rate: Rate(thousandths: 2000), consumers: 0) {
            $0.producerDelay = SecondsRange(.seconds(1)...(.seconds(1)), step: .seconds(1))
        }

        run.engine.start()
        run.until("the first student") {
            run.clock.advance(by: .milliseconds(1))
            return run.simulation.tally.produced == 1
        }
        #expect(run.clock.now >= .seconds(0.5))
        run.engine.gate.setRate(.maximum)
        run.until("the rest") {
            run.clock.advance(by: .milliseconds(1))
            return run.simulation.tally.produced == 10
        }
    }

    @Test("who waits too long gives up, is counted, and tries again")
    func timeOuts() throws {
        let run = try TestRun(count: 1, rate: .normal)

        run.engine.start()
        run.until("time-outs of the consumer") {
            run.clock.advance(by: .milliseconds(10))
            return run.engine.kernel.timeOuts > 0 || run.simulation.isDone
        }
        run.until("the student all the same") {
            run.clock.advance(by: .milliseconds(10))
            return run.simulation.isDone
        }
        run.until("the consumer gives up once more") {
            run.clock.advance(by: .milliseconds(100))
            return run.engine.kernel.timeOuts > 0
        }

        #expect(run.simulation.tally.consumed == 1)
    }

    @Test("a slot shows the number of its student, whoever produced it")
    func labels() throws {
        let run = try TestRun(count: 5, producers: 3, consumers: 0) {
            $0.consumerDelay = SecondsRange(.seconds(1)...(.seconds(1)), step: .seconds(1))
        }

        run.engine.start()
        run.until("a full buffer") { run.engine.kernel.snapshot().occupied == 3 }

        let jobs = run.engine.kernel.snapshot().slots.map(\.job)
        let numbers = jobs.compactMap(run.simulation.number(of:))
        #expect(Set(numbers).count == 3)
        #expect(Set(numbers).isSubset(of: Set(1...5)))
    }

    @Test("a document that is refused is counted with its reason, left as it is, and stops nobody")
    func refused() throws {
        let run = try TestRun(count: 3, rate: .normal)
        run.engine.kernel.pause()
        run.engine.start()
        let consumer = try #require(run.engine.kernel.snapshot().threads.last?.id)
        run.engine.gate.resume()
        run.until("the first is in a slot or in hand") {
            run.clock.advance(by: .milliseconds(1))
            let state = run.engine.kernel.snapshot()
            return state.occupied == 1 || state[consumer]?.job != nil
        }
        // As deep and as long as is accepted: a consumer's thread has a small stack.
        let depth = StudentDocument.deepest
        let deep =
            String(repeating: "<a>", count: depth) + String(repeating: "a", count: 65_000)
            + String(repeating: "</a>", count: depth)
        try run.scratch.write(deep, 1)
        run.until("all three") {
            run.clock.advance(by: .milliseconds(10))
            return run.simulation.isDone
        }

        let tally = run.simulation.tally
        #expect(tally.refused == 1)
        #expect(tally.passed + tally.failed == 2)
        #expect(tally.refusals == ["\(run.scratch.file(1)): there is no name"])
        #expect(try run.scratch.text(1) == deep)
    }

    @Test("a file that cannot be written ends the run with its name")
    func failure() throws {
        let run = try TestRun(count: 5)
        try run.scratch.write("precious", 3)

        run.engine.start()
        run.until("the failure") { run.simulation.tally.failure != nil }
        run.engine.stop()

        let tally = run.simulation.tally
        #expect(tally.produced == 2)
        #expect(tally.failure?.hasPrefix("\(run.scratch.file(3)) holds 8 bytes") == true)
        #expect(run.simulation.isClosed)
    }

    @Test("a student whose consumer is killed is produced again and judged by another")
    func killed() throws {
        let run = try TestRun(count: 1, rate: .normal, consumers: 2)
        let threads = run.engine.kernel.snapshot().threads.map(\.id)
        func executor() -> ThreadID? {
            run.engine.kernel.snapshot().threads.first { $0.role == .consumer && $0.job != nil }?.id
        }

        run.engine.start()
        run.until("somebody has the student") {
            if executor() == nil { run.clock.advance(by: .milliseconds(1)) }
            return executor() != nil
        }
        let victim = try #require(executor())
        #expect(run.engine.gate.kill(victim))
        run.until("the student is judged all the same") {
            run.clock.advance(by: .milliseconds(1))
            return run.simulation.isDone
        }

        #expect(threads.contains(victim))
        #expect(run.simulation.tally.produced == 1)
        #expect(run.simulation.tally.consumed == 1)
        #expect(run.simulation.givenBack == 0)
        #expect(try run.scratch.text(1).isEmpty)
    }

    @Test("without mutual exclusion, whatever goes wrong is counted, and nothing hangs")
    func broken() throws {
        let programs = try #require(ProgramCatalog.named("no-mutex"))
        let run = try TestRun(count: 300, producers: 3, consumers: 3, programs: programs)

        run.engine.start()
        run.until("everybody judged or lost, or nobody can move") {
            run.simulation.isDone || run.simulation.isStuck(run.engine.kernel.completeState())
        }
        run.engine.stop()

        let tally = run.simulation.tally
        #expect(tally.passed + tally.failed <= 300)
        #expect(tally.failure == nil)
    }

    @Test("the walk is the textbook's, to the line")
    func walk() {
        let expected = """
            A buffer of 3 slots. A producer waits for empty, a consumer waits for full.

            step         empty        full         buffer
            start        3            0            - - -
            insert 1     2            1            1 - -
            insert 2     1            2            1 2 -
            remove 1     2            1            - 2 -
            insert 3     1            2            - 2 3
            remove 2     2            1            - - 3
            remove 3     3            0            - - -
            remove       3            0            - - -   this would block: C1 waits for full, \
            which is 0
            """

        #expect(StudentWalk().lines().joined(separator: "\n") == expected)
    }
}
