import Core
import Glibc
import TerminalUI

@testable import Dashboard

/// Models made by hand, with nothing in them that changes from run to run.
enum Fixture {
    static let deviceNames = ["(other)", "1", "2", "3", "4", "printer", "学生端末", "🚂 express"]

    static func seconds(_ value: Double) -> Microseconds { .seconds(value) }

    static func model(
        _ state: EngineState,
        policy: any SchedulingPolicy = FirstInFirstOut(),
        execution: KernelSettings.Execution = .sleep,
        width: Int = 80,
        height: Int = 24
    ) -> DashboardModel {
        let setup = DashboardModel.Setup(
            source: "localhost:5555 udp tcp",
            netcat: "nc -u -w1 localhost 5555",
            policy: policy,
            producers: state.threads.count { $0.role == .producer },
            consumers: state.threads.count { $0.role == .consumer },
            execution: execution,
            nameOfDevice: { deviceNames[Int($0.index) % deviceNames.count] }
        )
        var model = DashboardModel(setup: setup, state: state, size: (width, height))
        model.live.now = state.time
        return model
    }

    /// No thread of our own: two remote consumers wait, a producer's agent is inside, one rests.
    static func remoteClients(width: Int = 80, height: Int = 24) -> DashboardModel {
        var fold = Fold(capacity: 15, producers: 0, consumers: 0)
        for (number, role) in [Program.Role.consumer, .producer, .consumer, .producer].enumerated()
        {
            fold.joinAgent(role, number + 1)
        }
        for name in ["A1", "A3"] {
            fold.apply(.jobsArrived, by: name)
            fold.apply(.blocked(.full), by: name)
        }
        fold.apply(.jobsArrived, by: "A2")
        fold.apply(.produced(DeviceID(3), cpuTime: seconds(2)), by: "A2")
        fold.apply(.waited(.empty), by: "A2")
        fold.apply(.waited(.mutex), by: "A2")
        var model = model(fold.state, width: width, height: height)
        model.setup.clientOfAgent = { "127.0.0.1 4000\($0)" }
        model.live.now = fold.time + seconds(12)
        return model
    }

    /// The design's sketch: P1 waits for the mutex that C1 holds, C2 executes.
    static func sketch(width: Int = 80, height: Int = 24) -> DashboardModel {
        var fold = Fold(capacity: 15, producers: 1, consumers: 2)
        for job in 0..<9 { fold.insert("P1", device: job % 4 + 1, seconds: Double(job % 5 + 1)) }
        fold.remove("C2")
        fold.time = seconds(70)
        fold.apply(.executionStarted, by: "C2")
        fold.apply(.waited(.full), by: "C1")
        fold.apply(.waited(.mutex), by: "C1")
        fold.apply(.produced(DeviceID(3), cpuTime: seconds(2)), by: "P1")
        fold.apply(.waited(.empty), by: "P1")
        fold.apply(.blocked(.mutex), by: "P1")
        var model = model(fold.state, width: width, height: height)
        model.live.now = seconds(72.4)
        for second in 0..<40 {
            model.live.history.note(second % 16, at: seconds(Double(second)))
        }
        model.live.devices = [
            DeviceRow(name: "3", cpuTime: seconds(12), jobs: 4),
            DeviceRow(name: "1", cpuTime: seconds(7.5), jobs: 3),
            DeviceRow(name: "2", cpuTime: seconds(6), jobs: 1),
        ]
        model.live.times = [
            TimeRow(
                name: "response",
                mean: seconds(0.25),
                median: seconds(0.0002),
                slowest: seconds(3)
            ),
            TimeRow(
                name: "waiting",
                mean: seconds(0.25),
                median: seconds(0.0002),
                slowest: seconds(3)
            ),
            TimeRow(
                name: "turnaround",
                mean: seconds(2.5),
                median: seconds(2),
                slowest: seconds(1234)
            ),
        ]
        model.live.log.append(lines(30))
        return model
    }

    /// So many log lines, the oldest first.
    static func lines(_ count: Int, from first: Int = 1) -> [LogLine] {
        (first..<first + count).map { number in
            LogLine(
                number: UInt64(number),
                time: "12:00:\(10 + number / 60).\(100 + number)",
                text: "P1 produced job \(number) (device 3, 5 s)",
                kind: number % 7 == 0 ? .waiting : .ordinary
            )
        }
    }

    static func empty(width: Int = 80, height: Int = 24) -> DashboardModel {
        model(
            EngineState(capacity: 15, programs: ProgramCatalog.correct, rate: .normal),
            width: width,
            height: height
        )
    }

    // Made once, because so many events take their time.
    private static let crowdedState: EngineState = {
        var fold = Fold(capacity: 1000, producers: 32, consumers: 32)
        for job in 0..<900 { fold.insert("P1", device: job % 8, seconds: 86_399.123456) }
        fold.apply(.produced(DeviceID(6), cpuTime: seconds(86_400)), by: "P1")
        fold.apply(.waited(.empty), by: "P1")
        fold.apply(.waited(.mutex), by: "P1")
        for number in 2...32 {
            fold.apply(.produced(DeviceID(6), cpuTime: seconds(86_400)), by: "P\(number)")
            fold.apply(.waited(.empty), by: "P\(number)")
            fold.apply(.blocked(.mutex), by: "P\(number)")
        }
        return fold.state
    }()

    /// Everything too many, too long or too wide.
    static func crowded(width: Int = 80, height: Int = 24) -> DashboardModel {
        var model = model(
            crowdedState,
            policy: ShortestJobFirst(),
            width: width,
            height: height
        )
        model.live.devices = (0..<64).map { number in
            DeviceRow(
                name: String(repeating: deviceNames[number % 8], count: number % 9 + 1),
                cpuTime: seconds(Double(100_000 - number) + 0.5),
                jobs: 99_999
            )
        }
        model.live.waitingInInbox = 1024
        model.live.log.append(
            [
                LogLine(
                    number: 1,
                    time: "12:00:00.000",
                    text: String(repeating: "👩‍🚀 学生 e\u{301}\u{7}", count: 40),
                    kind: .gap
                )
            ] + lines(2000)
        )
        return model
    }

    /// A state of which a snapshot shows only a part.
    static func partial(width: Int = 80, height: Int = 24) -> DashboardModel {
        var fold = Fold(capacity: 64, producers: 2, consumers: 2)
        for job in 0..<40 { fold.insert("P1", device: job % 4 + 1, seconds: 2) }
        fold.state.slots = Array(fold.state.slots.prefix(32))
        fold.state.threadCount = 99
        return model(fold.state, width: width, height: height)
    }

    /// A film of P1, then C1, each going on until it can go no further.
    static func film(of program: String, capacity: Int = 2, consumers: Int = 1) -> Film {
        guard let programs = ProgramCatalog.named(program) else {
            preconditionFailure("there is no program \(program)")
        }
        var fold = Fold(capacity: capacity, producers: 1, consumers: consumers, programs: programs)
        let start = fold.state
        fold.spacing = seconds(0.1)
        for thread in start.threads {
            let job = Job(device: DeviceID(3), cpuTime: seconds(2))
            while let fact = fold.state.foresee(thread.id, nextJob: job) {
                fold.apply(fact, by: thread.name)
            }
        }
        return Film(
            timeline: Timeline(from: start, events: fold.events),
            isStrict: false,
            nameOfDevice: { deviceNames[Int($0.index) % deviceNames.count] },
            wallClock: WallClock(midnight)
        )
    }

    /// In the machine's own time zone, which the log's times are in.
    private static let midnight: WallTime = {
        var parts = tm()
        (parts.tm_year, parts.tm_mday, parts.tm_isdst) = (100, 1, -1)
        return WallTime(milliseconds: Int64(mktime(&parts)) * 1000)
    }()

    /// What the dashboard shows of a program that has come to its deadlock.
    static func deadlock(width: Int = 80, height: Int = 24) -> DashboardModel {
        let film = film(of: "swapped-waits")
        let picture = film.picture(at: film.timeline.lastNumber)
        var model = model(picture.state, width: width, height: height)
        model.live = picture
        return model
    }

    static let all: [(name: String, make: @Sendable (Int, Int) -> DashboardModel)] = [
        ("sketch", { sketch(width: $0, height: $1) }), ("empty", { empty(width: $0, height: $1) }),
        ("crowded", { crowded(width: $0, height: $1) }),
        ("partial", { partial(width: $0, height: $1) }),
        ("deadlock", { deadlock(width: $0, height: $1) }),
        ("remote clients", { remoteClients(width: $0, height: $1) }),
    ]
}

/// A state that grows by events, as the real one does.
struct Fold {
    var state: EngineState
    var time = Microseconds.zero
    /// The time between two events.
    var spacing = Microseconds.zero
    /// What led from the beginning, where all threads are there, to the state.
    var events: [Event] = []

    init(
        capacity: Int,
        producers: Int,
        consumers: Int,
        programs: ProgramPair = ProgramCatalog.correct
    ) {
        state = EngineState(capacity: capacity, programs: programs, rate: .normal)
        for number in 0..<producers { join(.producer, number + 1) }
        for number in 0..<consumers { join(.consumer, number + 1) }
    }

    private mutating func join(_ role: Program.Role, _ ordinal: Int) {
        let id = ThreadID(state.threads.count)
        let fact = Event.Fact.threadJoined(role, ordinal: ordinal, isAgent: false)
        state.apply(Event(fact, by: id, at: time))
    }

    /// An agent joins, and rests until its first call.
    mutating func joinAgent(_ role: Program.Role, _ ordinal: Int) {
        let id = ThreadID(state.threads.count)
        let fact = Event.Fact.threadJoined(role, ordinal: ordinal, isAgent: true)
        state.apply(Event(fact, by: id, at: time))
        state.apply(Event(.awaitedJobs, by: id, at: time))
    }

    func id(_ name: String) -> ThreadID {
        guard let thread = state.threads.first(where: { $0.name == name }) else {
            preconditionFailure("there is no thread \(name)")
        }
        return thread.id
    }

    mutating func apply(_ fact: Event.Fact, by name: String? = nil) {
        time = time + spacing
        events.append(Event(fact, by: name.map(id), at: time))
        state.apply(events[events.count - 1])
    }

    /// A whole round of the producer's program.
    mutating func insert(_ name: String, device: Int, seconds: Double) {
        let slot =
            state.slots.indices.first { state.slots[$0].number != $0 } ?? state.slots.count
        apply(.produced(DeviceID(UInt32(device)), cpuTime: .seconds(seconds)), by: name)
        apply(.waited(.empty), by: name)
        apply(.waited(.mutex), by: name)
        apply(.inserted(slot: slot), by: name)
        apply(.signalled(.mutex, handedTo: nil), by: name)
        apply(.signalled(.full, handedTo: nil), by: name)
    }

    /// The consumer's program up to `execute`.
    mutating func remove(_ name: String) {
        apply(.waited(.full), by: name)
        apply(.waited(.mutex), by: name)
        apply(.removed(slot: state.slots.first?.number ?? 0), by: name)
        apply(.signalled(.mutex, handedTo: nil), by: name)
        apply(.signalled(.empty, handedTo: nil), by: name)
    }
}

extension Pane {
    /// The pane alone on a screen of its own.
    static func picture(_ model: DashboardModel, width: Int = 40, height: Int = 8) -> CellBuffer {
        var frame = CellBuffer(width: width, height: height)
        draw(model, into: &frame, area: frame.bounds)
        return frame
    }

    static func text(_ model: DashboardModel, width: Int = 40, height: Int = 8) -> String {
        picture(model, width: width, height: height).text
    }
}

extension CellBuffer {
    /// The style of the cell where this text begins.
    func style(of text: String) -> Style? {
        for y in 0..<height {
            let row = line(y)
            guard let range = row.range(of: text) else { continue }
            return styles(y)[displayWidth(of: String(row[..<range.lowerBound]))]
        }
        return nil
    }
}
