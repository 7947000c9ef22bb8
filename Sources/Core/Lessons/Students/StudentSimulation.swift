/// Students made up, written to disk, read and judged, around the real engine.
///
/// It is the engine's source of jobs and its sender of replies. A producer that comes for a job gets
/// one when its delay has passed: the student's document is written in the producer's own thread,
/// outside the kernel. The job's ticket is the student's number, its CPU time the consumer's delay,
/// its device the student's programme of study. When the job is done, the consumer's thread reads
/// the document, judges it and empties the file. Delays follow the engine's rate.
///
/// Which producer gets the student whose delay has passed does not matter: there is one delay for
/// every producer that waits.
package final class StudentSimulation: JobSource, ReplySender {
    /// What is made, and how fast.
    package struct Settings: Sendable {
        package var count = 10
        package var seed: UInt64 = 1
        package var producerDelay = SecondsRange(.seconds(0.3)...(.seconds(1)), step: milli)
        package var consumerDelay = SecondsRange(.seconds(0.5)...(.seconds(1.5)), step: milli)
        /// Whether each student's line is kept for the log; a large run has only figures.
        package var tellsStudents = true

        private static let milli = Microseconds(1000)

        package init() {}
    }

    private struct State {
        var nextNumber = 1
        /// A producer that makes a student, and when it will have.
        var delays: [(producer: ObjectIdentifier, end: Microseconds)] = []
        var delaysBegun = 0
        /// Jobs that came out of the hands of threads that were killed; the next to be taken.
        var givenBack: [QueuedJob] = []
        /// Producers to let go when a job is given back, or nothing goes on.
        var waiting: [Parker] = []
        var tally = StudentTally()
        var lines: [String] = []
        var kernel: Kernel?
        var underWay = StudentsUnderWay()
    }

    /// A reply's ticket has no more room.
    package static let mostStudents = 1 << 28

    package let settings: Settings
    package let programmes: DeviceTable
    private let folder: StudentFolder
    private let generator: StudentGenerator
    private let delayNumbers: RandomNumbers
    private let clock: any EngineClock
    private let state = Guarded(State())

    package init(_ settings: Settings, folder: StudentFolder, clock: any EngineClock) {
        precondition(
            (1...Self.mostStudents).contains(settings.count),
            "a run has 1 to \(Self.mostStudents) students, not \(settings.count)"
        )
        self.settings = settings
        self.folder = folder
        self.clock = clock
        generator = StudentGenerator(seed: settings.seed)
        delayNumbers = RandomNumbers(seed: settings.seed).stream(-1)
        programmes = DeviceTable(limit: StudentNames.programmes.count)
    }

    /// Follows this kernel's rate from now on; to be called before its engine starts.
    package func follow(_ kernel: Kernel) {
        state.withLock { $0.kernel = kernel }
    }

    /// What was done so far.
    package var tally: StudentTally { state.withLock { $0.tally } }

    /// The log's lines since the last time.
    package func takeLines() -> [String] {
        state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
    }

    /// The number of the student whose job this is, as long as nobody has judged it.
    package func number(of job: Job) -> Int? {
        state.withLock { $0.underWay.number(of: job) }
    }

    /// Whether every student was made and everybody made was judged, or somebody's job was lost.
    package var isDone: Bool {
        let tally = tally
        return tally.produced == settings.count
            && tally.consumed + tally.overwritten >= settings.count
    }

    /// Students whose jobs no producer has taken again, after their threads were killed.
    package var givenBack: Int { state.withLock { $0.givenBack.count } }

    /// Whether nothing can happen any more: every thread waits, without a time-out, for what nobody
    /// can give. A broken program comes to that with students still in its slots.
    package func isStuck(_ engine: EngineState) -> Bool {
        let hasMore = state.withLock { self.hasMore($0) }
        return engine.threads.allSatisfy { thread in
            switch thread.phase {
            case .ended, .blocked(.condition): return true
            case .awaitingJobs: return !hasMore
            case .blocked(.semaphore(let name)):
                // Who waits while there is a unit was woken and has not looked yet.
                let statement = engine.programs.program(for: thread.role).statements[thread.line]
                return engine[name].value == 0 && statement == .wait(name)
            case .ready, .executing: return false
            }
        }
    }

    private var rate: Rate { state.withLock { $0.kernel }?.rate ?? .normal }

    /// Keeps the first reason why the run cannot go on, and wakes whoever watches.
    private func fail(_ reason: String) {
        let (kernel, waiting) = state.withLock { state in
            if state.tally.failure == nil { state.tally.failure = reason }
            return (state.kernel, Self.takeWaiting(&state))
        }
        for parker in waiting { parker.unpark() }
        kernel?.changes.wake()
    }
}

// MARK: - Producers

extension StudentSimulation {
    package func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        if let job = state.withLock({ $0.givenBack.isEmpty ? nil : $0.givenBack.removeFirst() }) {
            jobs[0] = job
            return 1
        }
        let numbers = takeNumbers(atMost: jobs.count, rate: rate)
        for (place, number) in numbers.enumerated() {
            guard let job = make(number) else { return place }
            jobs[place] = job
        }
        return numbers.count
    }

    package func giveBack(_ job: QueuedJob) {
        let waiting = state.withLock { state in
            state.givenBack.append(job)
            return Self.takeWaiting(&state)
        }
        for parker in waiting { parker.unpark() }
    }

    package func letGo(_ parker: Parker) {
        let rate = rate
        let isNow = state.withLock { state in
            let isAtOnce = state.nextNumber <= settings.count && rate.isMaximum
            if isAtOnce || !state.givenBack.isEmpty || state.tally.failure != nil { return true }
            if !state.waiting.contains(where: { $0 === parker }) { state.waiting.append(parker) }
            if state.nextNumber <= settings.count { beginDelay(of: parker, rate, &state) }
            return false
        }
        if isNow { parker.unpark() }
    }

    /// The producer makes a student from now on, unless it does so already.
    private func beginDelay(of parker: Parker, _ rate: Rate, _ state: inout State) {
        let producer = ObjectIdentifier(parker)
        guard !state.delays.contains(where: { $0.producer == producer }) else { return }
        state.delaysBegun += 1
        var random = delayNumbers.stream(state.delaysBegun)
        let delay = settings.producerDelay.value(using: &random)
        state.delays.append((producer, clock.now + rate.time(for: delay)))
    }

    private static func takeWaiting(_ state: inout State) -> [Parker] {
        defer { state.waiting = [] }
        return state.waiting
    }

    package func nextLook(of parker: Parker) -> Microseconds? {
        state.withLock { state in
            state.delays.first { $0.producer == ObjectIdentifier(parker) }?.end
        }
    }

    /// A producer does not end with the last student: a killed consumer's may have to be produced again.
    package var isClosed: Bool { state.withLock { $0.tally.failure != nil } }

    private func hasMore(_ state: State) -> Bool {
        state.tally.failure == nil
            && (state.nextNumber <= settings.count || !state.givenBack.isEmpty)
    }

    /// The numbers of the students that are due.
    private func takeNumbers(atMost limit: Int, rate: Rate) -> Range<Int> {
        let now = clock.now
        return state.withLock { state in
            let first = state.nextNumber
            guard hasMore(state), first <= settings.count else { return first..<first }
            var count = min(limit, settings.count - first + 1)
            if rate.isMaximum {
                state.delays = []
            } else {
                guard let due = state.delays.firstIndex(where: { $0.end <= now }) else {
                    return first..<first
                }
                state.delays.remove(at: due)
                count = min(count, 1)
            }
            state.nextNumber += count
            return first..<first + count
        }
    }

    /// Writes the student's document.
    ///
    /// - Returns: Its job; `nil` when the run cannot go on.
    private func make(_ number: Int) -> QueuedJob? {
        let student = generator.student(number)
        var random = delayNumbers.stream(-number)
        let delay = settings.consumerDelay.value(using: &random)
        do {
            let document = try StudentDocument.write(student)
            try folder.write(document, as: number)
            let programme = programmes.device(named: student.programme)
            let job = state.withLock { state in
                state.tally.produced += 1
                state.tally.bytesWritten += document.count
                return state.underWay.add(Job(device: programme, cpuTime: delay), number)
            }
            return QueuedJob(job, reply: ReplyTicket(UInt32(number)), arrival: clock.now)
        } catch {
            fail("\(error)")
            return nil
        }
    }
}

// MARK: - Consumers

extension StudentSimulation {
    /// Reads, judges and clears the student's document; the consumer's thread calls it.
    package func send(_ ticket: ReplyTicket) {
        let number = Int(ticket.number)
        do {
            var judgement = Judgement.refused(.empty)
            try folder.take(number) { document in
                judgement = Self.judge(document)
                state.withLock { $0.tally.bytesRead += document.count }
                return judgement.isStudent
            }
            note(judgement, number)
        } catch {
            fail("\(error)")
        }
    }

    /// Nobody will read this document: its job was overwritten in the buffer.
    package func forget(_ ticket: ReplyTicket) {
        state.withLock { state in
            state.tally.overwritten += 1
            state.underWay.remove(Int(ticket.number))
            if settings.tellsStudents {
                state.lines.append("student \(ticket.number) is lost: nobody will read the file")
            }
        }
    }

    private enum Judgement {
        case student(Student)
        case refused(StudentDocumentError)

        var isStudent: Bool {
            if case .student = self { true } else { false }
        }
    }

    private static func judge(_ document: [UInt8]) -> Judgement {
        do throws(StudentDocumentError) {
            return .student(try StudentDocument.read(document))
        } catch {
            return .refused(error)
        }
    }

    private func note(_ judgement: Judgement, _ number: Int) {
        state.withLock { state in
            state.underWay.remove(number)
            let line: String
            switch judgement {
            case .student(let student):
                state.tally.note(hasPassed: student.hasPassed)
                line = "student \(number): \(student.line)"
            case .refused(let reason):
                line = "\(folder.path(number)): \(reason)"
                state.tally.note(refusal: line)
            }
            if settings.tellsStudents { state.lines.append(line) }
        }
    }
}
