/// Turns events into the lines of a recording, as `Docs/events.md` has them.
struct RecordingEncoder {
    var writer = ByteWriter(capacity: 1 << 17)
    private let library: [ProgramPair]
    private let nameOfDevice: @Sendable (DeviceID) -> String
    private(set) var number: UInt64 = 0
    /// By the threads' numbers, each a JSON string.
    private var threads: [[UInt8]] = []
    private var threadNames: Set<[UInt8]> = []
    /// By the devices' numbers, each a JSON string; empty where it has not been written yet.
    private var devices: [[UInt8]] = []
    /// Whether threads go by their numbers, because the reader may not have seen them join.
    private let numbersThreads: Bool

    init(
        _ header: RecordingHeader,
        library: [ProgramPair],
        numbersThreads: Bool = false,
        nameOfDevice: @escaping @Sendable (DeviceID) -> String
    ) {
        self.library = library
        self.numbersThreads = numbersThreads
        self.nameOfDevice = nameOfDevice
        put(header)
    }

    /// From now on readers know the run up to this event, and no device.
    mutating func begin(after number: UInt64) {
        self.number = number
        devices.removeAll(keepingCapacity: true)
    }

    /// Forgets the lines, which have been written.
    mutating func removeAll() {
        writer.removeAll()
    }

    mutating func add(_ event: Event) {
        number += 1
        let fact = event.fact
        if case .threadJoined(let role, let ordinal, let isAgent) = fact, let id = event.thread {
            join(ThreadActivity(id: id, role: role, ordinal: ordinal, isAgent: isAgent))
        }
        writer.put("{\"number\":")
        writer.put(number)
        writer.put(",\"t\":")
        writer.put(seconds: event.time)
        if let thread = event.thread { put(",\"thread\":", thread) }
        put(fact)
        writer.put("}\n")
    }

    /// The last line of a recording that nothing cut short.
    mutating func addEnd() {
        writer.put("{\"end\":")
        writer.put(number)
        writer.put("}\n")
    }

    // MARK: - Lines

    private mutating func put(_ header: RecordingHeader) {
        writer.put("{\"format\":")
        writer.put(quoted: RecordingHeader.format)
        writer.put(",\"version\":")
        writer.put(UInt64(RecordingHeader.version))
        writer.put(",\"capacity\":")
        writer.put(UInt64(header.capacity))
        writer.put(",\"policy\":")
        writer.put(quoted: header.policy)
        if !header.priorities.isEmpty {
            writer.put(",\"priorities\":")
            writer.put(quoted: header.priorities)
        }
        writer.put(",\"service\":")
        writer.put(quoted: header.service)
        writer.put(",\"execution\":")
        writer.put(quoted: header.execution)
        put(",\"rate\":", header.rate)
        writer.put(",\"began\":")
        writer.put(quoted: header.began.description)
        put(header.programs)
        writer.put("}\n")
    }

    mutating func put(_ pair: ProgramPair) {
        writer.put(",\"program\":")
        writer.put(quoted: pair.name)
        writer.put(",\"summary\":")
        writer.put(quoted: pair.summary)
        put(",\"correct\":", pair.isCorrect)
        put(",\"misplaces_jobs\":", pair.misplacesJobs)
        put(",\"producer\":", pair.producer.statements)
        put(",\"consumer\":", pair.consumer.statements)
    }

    private mutating func put(_ fact: Event.Fact) {
        switch fact {
        case .threadJoined(let role, let ordinal, let isAgent):
            writer.put(",\"event\":\"thread_joined\",\"role\":")
            writer.put(quoted: "\(role)")
            put(",\"ordinal\":", ordinal)
            if isAgent { put(",\"agent\":", true) }
        case .threadEnded: writer.put(",\"event\":\"thread_ended\"")
        case .awaitedJobs: writer.put(",\"event\":\"awaited_jobs\"")
        case .jobsArrived: writer.put(",\"event\":\"jobs_arrived\"")
        case .withdrew: writer.put(",\"event\":\"withdrew\"")
        case .quantumEnded(let cpuTime):
            writer.put(",\"event\":\"quantum_ended\",\"cpu_seconds\":")
            writer.put(seconds: cpuTime)
        case .putBack(let slot): put(",\"event\":\"put_back\",\"slot\":", slot)
        case .killed(let legacy): put(legacy)
        case .revived: writer.put(",\"event\":\"revived\"")
        case .slowed(let isSlow):
            writer.put(",\"event\":\"slowed\"")
            put(",\"slow\":", isSlow)
        case .produced(let device, let cpuTime):
            writer.put(",\"event\":\"produced\"")
            put(device, cpuTime)
        case .inserted(let slot): put(",\"event\":\"inserted\",\"slot\":", slot)
        case .removed(let slot): put(",\"event\":\"removed\",\"slot\":", slot)
        case .executionStarted: writer.put(",\"event\":\"execution_started\"")
        case .executionFinished(let device, let cpuTime):
            writer.put(",\"event\":\"execution_finished\"")
            put(device, cpuTime)
        case .indexRead(let slot): put(",\"event\":\"index_read\",\"slot\":", slot)
        case .indexMoved(let slot): put(",\"event\":\"index_moved\",\"slot\":", slot)
        case .jumped(let line): put(",\"event\":\"jumped\",\"line\":", line + 1)
        case .waited, .blocked, .timedOut, .signalled, .handedOver, .waitedCondition, .notified:
            putWaiting(fact)
        case .paused, .resumed, .rateChanged, .programChanged, .cancelled: putControl(fact)
        }
    }

    private mutating func putWaiting(_ fact: Event.Fact) {
        switch fact {
        case .waited(let name): put(",\"event\":\"waited\",\"semaphore\":", name)
        case .blocked(let name): put(",\"event\":\"blocked\",\"semaphore\":", name)
        case .timedOut(let name): put(",\"event\":\"timed_out\",\"semaphore\":", name)
        case .signalled(let name, let other):
            put(",\"event\":\"signalled\",\"semaphore\":", name)
            if let other { put(",\"handed_to\":", other) }
        case .handedOver(let name, let other):
            put(",\"event\":\"handed_over\",\"semaphore\":", name)
            put(",\"handed_to\":", other)
        case .waitedCondition(let name, let other):
            put(",\"event\":\"waited_condition\",\"condition\":", name)
            if let other { put(",\"mutex_handed_to\":", other) }
        case .notified(let name, let woken):
            put(",\"event\":\"notified\",\"condition\":", name)
            if let woken { put(",\"woken\":", woken) }
        default: break  // `put` sends nothing else here.
        }
    }

    private mutating func put(_ legacy: Legacy) {
        writer.put(",\"event\":\"killed\"")
        if let unit = legacy.unit { put(",\"unit\":", unit) }
        if let other = legacy.unitHandedTo { put(",\"handed_to\":", other) }
        if legacy.freesMutex { put(",\"mutex\":", true) }
        if let other = legacy.mutexHandedTo { put(",\"mutex_handed_to\":", other) }
        if let name = legacy.notified { put(",\"condition\":", name) }
        if let woken = legacy.woken { put(",\"woken\":", woken) }
    }

    private mutating func putControl(_ fact: Event.Fact) {
        switch fact {
        case .paused: writer.put(",\"event\":\"paused\"")
        case .resumed: writer.put(",\"event\":\"resumed\"")
        case .cancelled: writer.put(",\"event\":\"cancelled\"")
        case .rateChanged(let rate):
            writer.put(",\"event\":\"rate_changed\"")
            put(",\"rate\":", rate)
        case .programChanged(let index, let compacts):
            writer.put(",\"event\":\"program_changed\"")
            put(",\"compacts\":", compacts)
            put(library[index])
        default: break  // `put` sends nothing else here.
        }
    }
}

// MARK: - Fields

extension RecordingEncoder {
    mutating func put(_ field: StaticString, _ number: Int) {
        writer.put(field)
        writer.put(UInt64(number))
    }

    mutating func put(_ field: StaticString, _ flag: Bool) {
        writer.put(field)
        if flag { writer.put("true") } else { writer.put("false") }
    }

    private mutating func put(_ field: StaticString, _ thread: ThreadID) {
        guard !numbersThreads else { return put(field, Int(thread.index)) }
        writer.put(field)
        writer.put(threads[Int(thread.index)])
    }

    private mutating func put(_ field: StaticString, _ name: SemaphoreName) {
        writer.put(field)
        switch name {
        case .empty: writer.put("\"empty\"")
        case .full: writer.put("\"full\"")
        case .mutex: writer.put("\"mutex\"")
        }
    }

    private mutating func put(_ field: StaticString, _ name: ConditionName) {
        writer.put(field)
        switch name {
        case .notFull: writer.put("\"notFull\"")
        case .notEmpty: writer.put("\"notEmpty\"")
        case .changed: writer.put("\"changed\"")
        }
    }

    private mutating func put(_ field: StaticString, _ statements: [Statement]) {
        writer.put(field)
        var separator: StaticString = "["
        for statement in statements {
            writer.put(separator)
            writer.put(quoted: statement.description)
            separator = ","
        }
        writer.put("]")
    }

    mutating func put(_ field: StaticString, _ rate: Rate) {
        writer.put(field)
        if rate.isMaximum {
            writer.put("\"max\"")
        } else {
            writer.put(seconds: Microseconds(UInt64(rate.thousandths) * 1000))
        }
    }

    private mutating func put(_ device: DeviceID?, _ cpuTime: Microseconds) {
        if let device { put(device) }
        writer.put(",\"cpu_seconds\":")
        writer.put(seconds: cpuTime)
    }

    /// The device's name, with its number the first time, so that a reader orders devices alike.
    mutating func put(_ device: DeviceID) {
        let index = Int(device.index)
        while devices.count <= index { devices.append([]) }
        let isNew = devices[index].isEmpty
        if isNew { devices[index] = ByteWriter.quoted(nameOfDevice(device)) }
        writer.put(",\"device\":")
        writer.put(devices[index])
        if isNew { put(",\"device_number\":", index) }
    }

    /// Agents of both roles may have the same name; in a recording no two threads have.
    private mutating func join(_ thread: ThreadActivity) {
        guard !numbersThreads else { return }
        var name = ByteWriter.quoted(thread.name)
        if !threadNames.insert(name).inserted {
            name = ByteWriter.quoted("\(thread.name)-\(thread.id.index)")
            threadNames.insert(name)
        }
        threads.append(name)
    }
}
