import Core
import Dashboard
import Glibc
import Synchronization
import TerminalUI

/// The real dashboard, watching an engine from a thread of its own, with a reader for its screen.
final class AttachedDashboard: Sendable {
    private let drawing: Mutex<SystemThread?> = Mutex(nil)
    private let reading: Mutex<SystemThread?> = Mutex(nil)
    private let bytes = Atomic<Int>(0)
    /// When each frame began to arrive, in seconds.
    private let arrivals = Mutex<[Double]>([])
    /// So many seconds without a byte end a frame.
    private static let silence = 0.005
    private let screen: Int32

    init(_ engine: Engine, _ settings: EngineSettings, clock: SystemClock) throws {
        var (primary, secondary) = (Int32(0), Int32(0))
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        try SystemError.check("openpty") { openpty(&primary, &secondary, nil, nil, &size) }
        setenv("TERM", "xterm-256color", 1)
        screen = primary
        let (reader, terminal) = (primary, secondary)
        reading.withLock { $0 = SystemThread(name: "terminal") { [self] in read(reader) } }
        drawing.withLock {
            $0 = SystemThread(name: "dashboard") {
                Self.draw(engine, settings, clock, on: terminal)
                close(terminal)
            }
        }
    }

    /// Returns when the first frame has been drawn: starting it is not watching.
    func waitUntilDrawn() {
        while bytes.load(ordering: .relaxed) == 0 { sched_yield() }
    }

    /// - Returns: How many bytes the dashboard wrote.
    func waitForEnd() -> Int {
        drawing.withLock { $0?.join() }
        reading.withLock { $0?.join() }
        close(screen)
        return bytes.load(ordering: .relaxed)
    }

    /// Between two frames, in milliseconds: the median, and what 99 of 100 do not exceed.
    var frameTimes: (median: Double, slowest: Double) {
        let times = arrivals.withLock { $0 }
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1) * 1000 }.sorted()
        guard !gaps.isEmpty else { return (0, 0) }
        return (gaps[gaps.count / 2], gaps[gaps.count * 99 / 100])
    }

    private static func draw(
        _ engine: Engine,
        _ settings: EngineSettings,
        _ clock: SystemClock,
        on terminal: Int32
    ) {
        do {
            let signals = try SignalSource()
            let screen = try NcursesTerminal(
                input: terminal,
                output: terminal,
                theme: .colour,
                ascii: false
            )
            let watched = Watched(
                engine: engine,
                settings: settings,
                clock: clock,
                endpoint: "bench 0",
                nameOfDevice: { "\($0.index)" },
                counters: { ReceiverCounters() },
                waitingInInbox: { 0 }
            )
            var loop = DashboardLoop(
                watching: watched,
                session: TerminalSession(terminal: screen, signals: signals),
                framesPerSecond: 30
            )
            loop.run()
            screen.close()
        } catch {
            Output.error.write("no dashboard: \(error)\n")
            exit(1)
        }
    }

    private func read(_ descriptor: Int32) {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { space.deallocate() }
        let clock = SystemClock()
        var last = 0.0
        // The last writer's end shows as an error (EIO) on a pseudo-terminal.
        while true {
            let count = Glibc.read(descriptor, space.baseAddress, space.count)
            if count <= 0 { return }
            bytes.add(count, ordering: .relaxed)
            let now = clock.now.inSeconds
            if now - last > Self.silence { arrivals.withLock { $0.append(now) } }
            last = now
        }
    }
}
