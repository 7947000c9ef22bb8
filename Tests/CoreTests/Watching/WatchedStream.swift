import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A watcher's end of the stream, which reads when a test says so.
final class TestLink: WatcherLink {
    let address = "127.0.0.1"
    var isWritable = true
    /// What has been written so far.
    private(set) var bytes: [UInt8] = []
    private(set) var decoder = WatchDecoder()
    private(set) var frames: [WatchFrame] = []
    private var read = 0

    func write(_ lines: ByteBuffer) { bytes += lines.readableBytesView }

    /// Decodes what has come since the last time.
    ///
    /// - Returns: How many frames that was.
    @discardableResult
    func readAll() throws -> Int {
        let before = frames.count
        for line in bytes[read...].split(separator: 10) {
            if let frame = try decoder.add(Array(line)) { frames.append(frame) }
        }
        read = bytes.count
        return frames.count - before
    }
}

/// A paused engine that is watched, tick by tick.
final class WatchedRun {
    let test: TestEngine
    let services: WatchServices
    /// The standard mailbox's.
    let service: WatchService
    let loop = EmbeddedEventLoop()
    let clients = ClientNames()
    let counters = Guarded(WatchCounters())
    private var random: RandomNumbers

    init(
        seed: UInt64 = 1,
        capacity: Int = 3,
        threads: Int = 3,
        limit: Int = 64,
        others: [String] = [],
        programs: ProgramPair = ProgramCatalog.correct,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) {
        random = RandomNumbers(seed: seed)
        var settings = EngineSettings()
        test = TestEngine(
            capacity: capacity,
            producers: threads,
            consumers: threads,
            source: ListSource(seconds: Array(repeating: 1.5, count: 5000)),
            programs: programs
        ) {
            $0.seed = seed
            change(&$0)
            settings = $0
        }
        let source = WatchSource(
            test.engine,
            settings: settings,
            began: WallTime(milliseconds: 0),
            nameOfDevice: { "disk \"\($0.index)\"" },
            counters: { [counters] in counters.withLock { $0 } }
        )
        let names = [Mailboxes.standardName] + others
        let engine = test.engine
        services = WatchServices(
            names.map { MailboxEngine(name: $0, engine: engine) },
            Array(repeating: source, count: names.count),
            clients: Array(repeating: clients, count: names.count),
            limit: limit,
            on: loop
        )
        guard let standard = services[Mailboxes.standardName] else {
            preconditionFailure("there is always a standard mailbox")
        }
        service = standard
    }

    func join(_ mailbox: String = Mailboxes.standardName) -> TestLink {
        let link = TestLink()
        services[mailbox]?.join(link)
        return link
    }

    /// So many statements of whom the seed chooses, and now and then another program.
    func walk(_ steps: Int) {
        for _ in 0..<steps {
            if Int.random(in: 0..<150, using: &random) == 0 {
                let count = test.state.library.count
                let index = Int.random(in: 0..<count, using: &random)
                _ = test.engine.gate.changeProgram(to: index)
            }
            if Int.random(in: 0..<100, using: &random) == 0 {
                test.engine.gate.setRate(.normal.next(faster: Bool.random(using: &random)))
            }
            _ = test.engine.gate.step()
            test.clock.advance(by: .milliseconds(Int.random(in: 0...40, using: &random)))
        }
    }

    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}

extension EngineState {
    /// A snapshot may have read the clock since the last event.
    var untimed: EngineState {
        var state = self
        state.time = .zero
        return state
    }
}
