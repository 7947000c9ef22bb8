/// Turns the lines of a watcher's stream into frames; whatever comes, it never traps.
///
/// The server is a stranger. So every line, text, number and list has a limit, and what a frame leads
/// to is folded here first: a frame that is handed on leads to a state that can be shown.
package struct WatchDecoder {
    /// What came first; `nil` before it is whole.
    package private(set) var greeting: WatchGreeting?
    /// The names that the last frame told, by the devices' numbers.
    package private(set) var names: [UInt32: String] = [:]
    /// After the last whole frame.
    package private(set) var state: EngineState?
    private var lines = RecordingDecoder(numbersThreads: true)
    private var programs: [ProgramPair] = []
    private var mailboxes: [WatchMailbox] = []
    private var frame = WatchFrame()
    private var keyframe: WatchStateDecoder?
    private var devices: [Ledger.Entry] = []
    private var times: [WatchFrame.Times] = []
    private var counts: [WatchMailbox.Counts] = []
    /// Whether all threads, slots and queues are known, so that the next event can be judged.
    private var isExact = true

    /// A program has 510 statements at most.
    package static let longestLine = 65_536
    private static let programLimit = 255
    private static let longestName = 64
    static let largestCount: UInt64 = 1 << 53
    /// Events have 40 bits of microseconds.
    static let longestTime = Microseconds((1 << 40) - 1)

    package init() {}

    /// Reads the next line.
    ///
    /// - Parameter line: Without its end.
    /// - Returns: The frame that it makes whole, if it does.
    /// - Throws: What is wrong with it; then no more of the stream can be read.
    package mutating func add(_ line: [UInt8]) throws(LineProblem) -> WatchFrame? {
        guard line.count <= Self.longestLine else { throw .tooLong(limit: Self.longestLine) }
        guard lines.header != nil else {
            if let version = try lines.addHeader(line) { throw .otherVersion(version) }
            return nil
        }
        let object = try FlatObject(line)
        guard object.has("is") else {
            try addEvent(object)
            return nil
        }
        let kind = try object.text("is")
        guard let greeting else {
            try greet(kind, object)
            return nil
        }
        if kind == "frame" { return try finish(object, greeting) }
        try add(kind, object, greeting)
        return nil
    }

    // MARK: - The greeting

    private mutating func greet(_ kind: String, _ object: FlatObject) throws(LineProblem) {
        switch kind {
        case "program":
            guard programs.count < Self.programLimit else {
                throw .tooManyPrograms(limit: Self.programLimit)
            }
            programs.append(try lines.programs(object))
        case "mailbox":
            try Self.checkRoom(mailboxes.count, "mailboxes", WatchMailbox.Limits.mailboxes)
            mailboxes.append(try WatchMailbox(object))
        case "watch":
            let greeting = try readGreeting(object)
            self.greeting = greeting
            state = greeting.initialState
        default: throw .unknownName(field: "is", String(kind.prefix(Self.longestName)))
        }
    }

    private mutating func readGreeting(
        _ object: FlatObject
    ) throws(LineProblem) -> WatchGreeting {
        let version = try object.integer("watch", in: 0...UInt64(UInt32.max))
        guard version == WatchGreeting.version else { throw .otherVersion(version) }
        guard let header = lines.header, programs.contains(header.programs) else {
            throw .unknownName(field: "program", "")
        }
        lines.know(programs)
        var greeting = WatchGreeting(
            header: header,
            library: programs,
            producers: Int(try object.integer("producers", in: 0...65_535)),
            consumers: Int(try object.integer("consumers", in: 0...65_535)),
            mailbox: try object.mailboxName("mailbox")
        )
        greeting.mailboxes = mailboxes
        return greeting
    }

    // MARK: - Frames

    private mutating func addEvent(_ object: FlatObject) throws(LineProblem) {
        guard greeting != nil, keyframe == nil else {
            throw .impossible("an event comes too early")
        }
        try Self.checkRoom(lines.events.count, "events", WatchFrame.Limits.events)
        try lines.addEvent(object)
    }

    private mutating func add(
        _ kind: String,
        _ object: FlatObject,
        _ greeting: WatchGreeting
    ) throws(LineProblem) {
        switch kind {
        case "state": keyframe = try WatchStateDecoder(object, greeting, &lines)
        case "account":
            try Self.checkRoom(devices.count, "devices", WatchFrame.Limits.devices)
            devices.append(
                Ledger.Entry(
                    device: try lines.device(object),
                    cpuTime: try object.seconds("cpu_seconds", upTo: Microseconds(1 << 53)),
                    jobs: try object.integer("jobs", in: 0...Self.largestCount)
                )
            )
        case "times":
            try Self.checkRoom(times.count, "times", WatchFrame.Limits.times)
            times.append(try self.times(object))
        case "counts":
            try Self.checkRoom(counts.count, "mailboxes", greeting.mailboxes.count)
            counts.append(try WatchMailbox.Counts(object))
        case "client":
            try Self.checkRoom(frame.clients.count, "clients", WatchFrame.Limits.clients)
            let ordinal = Int(try object.integer("agent", in: 1...1_000_000))
            frame.clients[ordinal] =
                try object.printable("name", limit: Self.longestName, mayBeEmpty: true)
        default:
            guard keyframe != nil else {
                throw .unknownName(field: "is", String(kind.prefix(Self.longestName)))
            }
            try keyframe?.add(kind, object, &lines)
        }
    }

    private func times(_ object: FlatObject) throws(LineProblem) -> WatchFrame.Times {
        WatchFrame.Times(
            name: try object.printable("name", limit: Self.longestName),
            mean: try object.seconds("mean", upTo: Self.longestTime),
            median: try object.seconds("median", upTo: Self.longestTime),
            slowest: try object.seconds("slowest", upTo: Self.longestTime)
        )
    }

    private mutating func finish(
        _ object: FlatObject,
        _ greeting: WatchGreeting
    ) throws(LineProblem) -> WatchFrame {
        frame.events = lines.events
        var state = state ?? greeting.initialState
        for event in frame.events { try apply(event, to: &state) }
        if let keyframe {
            state = try keyframe.state()
            frame.state = state
            isExact = state.isExact
        }
        if let problem = state.boundProblem { throw .impossible(problem) }
        let number = try object.integer("after", in: 0...Self.largestCount)
        guard number == state.number else { throw .wrongNumber(number, expected: state.number) }
        frame.now = try object.seconds("now", upTo: Self.longestTime)
        frame.counters = try counters(object)
        frame.devices = try object.flag("devices") ? devices : nil
        frame.times = try object.flag("times") ? times : nil
        if !counts.isEmpty {
            guard counts.count == greeting.mailboxes.count else {
                throw .impossible("\(counts.count) of \(greeting.mailboxes.count) mailboxes")
            }
            frame.mailboxes = counts
        }
        self.state = state
        names = lines.devices.all
        defer { begin(after: state.number) }
        return frame
    }

    private mutating func begin(after number: UInt64) {
        lines.begin(after: number)
        (frame, keyframe) = (WatchFrame(), nil)
        devices.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
    }

    private func apply(_ event: Event, to state: inout EngineState) throws(LineProblem) {
        if isExact, let reason = state.impossibility(of: event) { throw .impossible(reason) }
        if case .jumped(let line) = event.fact, let id = event.thread, let thread = state[id],
            line >= state.programs.program(for: thread.role).statements.count
        {
            throw .impossible("a jump leaves the program")
        }
        state.apply(event)
    }

    /// Whether one more may come.
    private static func checkRoom(
        _ count: Int,
        _ things: String,
        _ limit: Int
    ) throws(LineProblem) {
        guard count < limit else { throw .tooMany(things, limit: limit) }
    }

    private func counters(_ object: FlatObject) throws(LineProblem) -> WatchCounters {
        var counters = WatchCounters()
        counters.waitingInInbox = try object.count("inbox")
        counters.accepted = try object.count("accepted")
        counters.refused = try object.count("refused")
        counters.droppedBySystem = try object.count("dropped")
        counters.droppedOnPurpose = try object.count("dropped_on_purpose")
        counters.doubledOnPurpose = try object.count("doubled_on_purpose")
        counters.watchers = try object.count("watchers")
        return counters
    }
}

extension FlatObject {
    /// A count of anything, as large as JSON's numbers are exact.
    func count(_ name: StaticString) throws(LineProblem) -> Int {
        Int(try integer(name, in: 0...WatchDecoder.largestCount))
    }
}
