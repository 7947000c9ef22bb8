/// Turns the lines of a recording into its header and events, one after the other.
///
/// What an event means is checked when all lines are known, because programs come with their events.
struct RecordingDecoder {
    private(set) var header: RecordingHeader?
    private(set) var events: [Event] = []
    private(set) var library: [ProgramPair] = []
    private(set) var devices = RecordedDevices()
    /// The event before the first of `events`.
    private var base: UInt64 = 0
    /// Whether threads go by their numbers, as in a watcher's stream.
    private let numbersThreads: Bool
    /// Whether the line was there that says that nothing was cut short.
    private(set) var hasEnded = false
    private var threads: [String: ThreadID] = [:]

    /// Events have 40 bits of microseconds.
    private static let longestTime = Microseconds((1 << 40) - 1)
    private static let longestName = 64
    private static let longestSummary = 200
    private static let longestPriorities = 32_768
    private static let programLimit = 255
    private static let names = table(EventName.allCases, \.rawValue)
    static let roles = table(Program.Role.allCases) { "\($0)" }
    static let semaphores = table(SemaphoreName.allCases) { "\($0)" }
    static let conditions = table(ConditionName.allCases) { "\($0)" }

    private static func table<Name>(
        _ names: [Name],
        _ text: (Name) -> String
    ) -> [String: Name] {
        Dictionary(uniqueKeysWithValues: names.map { (text($0), $0) })
    }

    init(numbersThreads: Bool = false) {
        self.numbersThreads = numbersThreads
    }

    /// What follows goes on after this event, and no device is known any more.
    mutating func begin(after number: UInt64) {
        base = number
        events.removeAll(keepingCapacity: true)
        devices = RecordedDevices()
    }

    /// The programs that events may name, and no others.
    mutating func know(_ programs: [ProgramPair]) {
        library = programs
    }

    mutating func add(_ line: [UInt8]) throws(LineProblem) {
        let object = try FlatObject(line)
        guard !hasEnded else { throw .afterTheEnd }
        if object.has("end") {
            _ = try number("end", object, expected: UInt64(events.count))
            hasEnded = true
        } else {
            try addEvent(object)
        }
    }

    /// - Returns: The version that the line says, if it is another one than ours.
    mutating func addHeader(_ line: [UInt8]) throws(LineProblem) -> UInt64? {
        let object = try FlatObject(line)
        let format = try object.text("format")
        guard format == RecordingHeader.format else {
            throw .unknownName(field: "format", String(format.prefix(Self.longestName)))
        }
        let version = try object.integer("version", in: 0...UInt64(UInt32.max))
        guard RecordingHeader.readableVersions.contains(Int(version)) else { return version }
        guard let began = WallTime(try object.text("began")) else {
            throw .notA("a time such as 2026-03-01T12:00:01.123Z", field: "began")
        }
        let header = RecordingHeader(
            capacity: Int(try object.integer("capacity", in: 0...65_536)),
            policy: try object.printable("policy", limit: Self.longestName),
            priorities: object.has("priorities")
                ? try object.printable("priorities", limit: Self.longestPriorities) : "",
            service: try object.printable("service", limit: Self.longestName),
            execution: try object.printable("execution", limit: Self.longestName),
            rate: try rate(object),
            programs: try programs(object),
            began: began
        )
        self.header = header
        library = header.library
        return nil
    }

    mutating func addEvent(_ object: FlatObject) throws(LineProblem) {
        let expected = base + UInt64(events.count) + 1
        _ = try number("number", object, expected: expected)
        let time = try object.seconds("t", upTo: Self.longestTime)
        let text = try object.text("event")
        guard let name = Self.names[text] else {
            let shown = String(text.prefix(Self.longestName))
            throw .unknownEvent(shown, version: RecordingHeader.version)
        }
        let fact = try fact(name, object)
        let thread = try doer(name, object)
        events.append(Event(fact, by: thread, at: time))
    }

    private func number(
        _ field: StaticString,
        _ object: FlatObject,
        expected: UInt64
    ) throws(LineProblem) -> UInt64 {
        let number = try object.integer(field, in: 0...UInt64.max)
        guard number == expected else { throw .wrongNumber(number, expected: expected) }
        return number
    }

    private mutating func doer(
        _ name: EventName,
        _ object: FlatObject
    ) throws(LineProblem) -> ThreadID? {
        guard name != .threadJoined else { return try join(object) }
        guard name.hasThread ?? object.has("thread") else { return nil }
        return try thread("thread", object)
    }

    private mutating func join(_ object: FlatObject) throws(LineProblem) -> ThreadID {
        guard !numbersThreads else { return try thread("thread", object) }
        let label = try object.printable("thread", limit: Self.longestName)
        guard threads[label] == nil else { throw .impossible("\(label) has joined already") }
        guard threads.count < Int(UInt16.max) else {
            throw .impossible("there are \(threads.count) threads already")
        }
        let id = ThreadID(threads.count)
        threads[label] = id
        return id
    }
}

// MARK: - Facts

extension RecordingDecoder {
    private mutating func fact(
        _ name: EventName,
        _ object: FlatObject
    ) throws(LineProblem) -> Event.Fact {
        switch name {
        case .threadJoined:
            .threadJoined(
                try self.name("role", object, Self.roles),
                ordinal: Int(try object.integer("ordinal", in: 1...1_000_000)),
                isAgent: object.has("agent") ? try object.flag("agent") : false
            )
        case .threadEnded: .threadEnded
        case .awaitedJobs: .awaitedJobs
        case .jobsArrived: .jobsArrived
        case .withdrew: .withdrew
        case .quantumEnded: .quantumEnded(cpuTime: try cpuTime(object))
        case .putBack: .putBack(slot: try slot(object))
        case .killed: .killed(try legacy(object))
        case .revived: .revived
        case .slowed: .slowed(try object.flag("slow"))
        case .produced: .produced(try device(object), cpuTime: try cpuTime(object))
        case .inserted: .inserted(slot: try slot(object))
        case .removed: .removed(slot: try slot(object))
        case .executionStarted: .executionStarted
        case .executionFinished:
            .executionFinished(
                object.has("device") ? try device(object) : nil,
                cpuTime: try cpuTime(object)
            )
        case .indexRead: .indexRead(slot: try slot(object))
        case .indexMoved: .indexMoved(to: try slot(object))
        case .jumped: .jumped(to: Int(try object.integer("line", in: 1...255)) - 1)
        case .waited, .blocked, .timedOut, .signalled, .handedOver, .waitedCondition, .notified:
            try waiting(name, object)
        case .paused, .resumed, .rateChanged, .programChanged, .cancelled:
            try control(name, object)
        }
    }

    private func waiting(
        _ name: EventName,
        _ object: FlatObject
    ) throws(LineProblem) -> Event.Fact {
        switch name {
        case .waitedCondition:
            let condition = try self.name("condition", object, Self.conditions)
            return .waitedCondition(
                condition,
                mutexHandedTo: try thread(ifThere: "mutex_handed_to", object)
            )
        case .notified:
            let condition = try self.name("condition", object, Self.conditions)
            return .notified(condition, woken: try thread(ifThere: "woken", object))
        default:
            let semaphore = try self.name("semaphore", object, Self.semaphores)
            switch name {
            case .blocked: return .blocked(semaphore)
            case .timedOut: return .timedOut(semaphore)
            case .signalled:
                return .signalled(semaphore, handedTo: try thread(ifThere: "handed_to", object))
            case .handedOver:
                return .handedOver(semaphore, to: try thread("handed_to", object))
            default: return .waited(semaphore)
            }
        }
    }

    private func legacy(_ object: FlatObject) throws(LineProblem) -> Legacy {
        var legacy = Legacy()
        if object.has("unit") { legacy.unit = try name("unit", object, Self.semaphores) }
        legacy.unitHandedTo = try thread(ifThere: "handed_to", object)
        legacy.freesMutex = object.has("mutex") ? try object.flag("mutex") : false
        legacy.mutexHandedTo = try thread(ifThere: "mutex_handed_to", object)
        if object.has("condition") {
            legacy.notified = try name("condition", object, Self.conditions)
        }
        legacy.woken = try thread(ifThere: "woken", object)
        return legacy
    }

    private mutating func control(
        _ name: EventName,
        _ object: FlatObject
    ) throws(LineProblem) -> Event.Fact {
        switch name {
        case .resumed: return .resumed
        case .cancelled: return .cancelled
        case .rateChanged: return .rateChanged(try rate(object))
        case .programChanged:
            let compacts = try object.flag("compacts")
            return .programChanged(index: try index(of: programs(object)), compacts: compacts)
        default: return .paused
        }
    }

    private mutating func index(of pair: ProgramPair) throws(LineProblem) -> Int {
        if let index = library.firstIndex(of: pair) { return index }
        guard !numbersThreads else {
            throw .unknownName(field: "program", pair.name)
        }
        guard library.count < Self.programLimit else {
            throw .tooManyPrograms(limit: Self.programLimit)
        }
        library.append(pair)
        return library.count - 1
    }

    // MARK: - Fields

    func programs(_ object: FlatObject) throws(LineProblem) -> ProgramPair {
        let name = try object.printable("program", limit: Self.longestName)
        let summary = try object.printable(
            "summary",
            limit: Self.longestSummary,
            mayBeEmpty: true
        )
        let (producer, consumer) = (try object.texts("producer"), try object.texts("consumer"))
        let isCorrect = try object.flag("correct")
        let misplacesJobs = try object.flag("misplaces_jobs")
        do throws(ProgramError) {
            return try ProgramPair(
                name: name,
                summary: summary,
                producer: producer,
                consumer: consumer,
                isCorrect: isCorrect,
                misplacesJobs: misplacesJobs
            )
        } catch {
            throw .program(error)
        }
    }

    func rate(_ object: FlatObject) throws(LineProblem) -> Rate {
        if (try? object.text("rate")) == "max" { return .maximum }
        let limit = Microseconds.seconds(Rate.range.upperBound)
        let times = try object.seconds("rate", upTo: limit)
        // Rates have three decimals.
        guard times.count >= 1000 else {
            throw .outOfRange(field: "rate", allowed: 1...UInt64(Rate.range.upperBound))
        }
        return Rate(thousandths: UInt32(times.count / 1000))
    }

    mutating func device(_ object: FlatObject) throws(LineProblem) -> DeviceID {
        let name = try object.text("device")
        let number =
            object.has("device_number")
            ? try object.integer("device_number", in: 0...RecordedDevices.limit) : nil
        if number == nil, let known = devices.device(named: name) { return known }
        _ = try object.printable("device", limit: Self.longestName)
        guard let device = devices.add(name, number: number) else {
            throw .outOfRange(field: "device_number", allowed: 0...RecordedDevices.limit)
        }
        return device
    }

    func cpuTime(_ object: FlatObject) throws(LineProblem) -> Microseconds {
        try object.seconds("cpu_seconds", upTo: Job.longestCPUTime)
    }

    func slot(_ object: FlatObject) throws(LineProblem) -> Int {
        Int(try object.integer("slot", in: 0...UInt64((header?.slotNumbers ?? 1) - 1)))
    }

    func thread(
        ifThere field: StaticString,
        _ object: FlatObject
    ) throws(LineProblem) -> ThreadID? {
        object.has(field) ? try thread(field, object) : nil
    }

    func thread(
        _ field: StaticString,
        _ object: FlatObject
    ) throws(LineProblem) -> ThreadID {
        if numbersThreads { return ThreadID(Int(try object.integer(field, in: 0...65_534))) }
        let label = try object.text(field)
        guard let id = threads[label] else {
            throw .unknownName(field: "\(field)", String(label.prefix(Self.longestName)))
        }
        return id
    }

    func name<Name>(
        _ field: StaticString,
        _ object: FlatObject,
        _ names: [String: Name]
    ) throws(LineProblem) -> Name {
        let text = try object.text(field)
        guard let name = names[text] else {
            throw .unknownName(field: "\(field)", String(text.prefix(Self.longestName)))
        }
        return name
    }
}
