import Core
import TerminalUI

/// Shows a server from afar: the same screen, made of the frames that come. Main thread.
///
/// It sleeps until a frame or a key comes, or a second is over.
struct WatchLoop {
    /// How it ended.
    enum Ending: Equatable {
        /// The user has seen enough.
        case quit
        /// Back to where the server was chosen.
        case back
        /// Another mailbox of this server is to be shown.
        case show(mailbox: String)
        /// The server cannot be followed, and waiting would not change that; why.
        case refused(String)
    }

    private let client: WatchClient
    private let session: TerminalSession
    private let frameTime: Duration
    private let look: WatchLook
    private let hasList: Bool
    private var model: DashboardModel
    private var view: WatchView
    private var comparison: ComparisonThread?
    private var lastFrame = ContinuousClock.now
    private var ending: Ending?

    /// While a job runs its progress is shown in tenths.
    private static let progressTime = Duration.milliseconds(200)

    /// - Parameters:
    ///   - client: Not yet started.
    ///   - name: Of the server, as the title says it.
    ///   - session: The terminal.
    ///   - framesPerSecond: At most.
    ///   - hasList: Whether escape leads back to a list of servers.
    init(
        _ client: WatchClient,
        of name: String,
        session: TerminalSession,
        framesPerSecond: Int,
        hasList: Bool = false
    ) {
        self.client = client
        self.session = session
        self.hasList = hasList
        frameTime = .seconds(1) / framesPerSecond
        look = WatchLook(nameOfDevice: { client.name(of: $0) })
        view = WatchView(name: name)
        model = DashboardModel(watching: view, size: session.size)
    }

    /// Returns when the user has seen enough, a signal asks for it, or there will be nothing to see.
    mutating func run() -> Ending {
        client.start()
        defer {
            comparison?.end()
            client.stop()
        }
        while ending == nil {
            client.changes.arm()
            takeNews()
            if let ending { return ending }
            takeComparison()
            session.present(Screen.draw(model))
            lastFrame = .now
            handleEvents(until: lastFrame + timeToNextTick)
        }
        return ending ?? .quit
    }

    // MARK: - News

    private mutating func takeNews() {
        for news in client.take() {
            switch news {
            case .greeted(let greeting):
                view.link = .live
                view.isGreeted = true
                if look.greet(greeting) { begin(greeting) }
                apply(.linked(view))
            case .frame(let frame, let moment):
                let leadsBack = look.take(frame, at: moment)
                if leadsBack, let run = look.run { begin(run.greeting) }
            case .lost(let reason, let seconds):
                look.lose()
                view.link = look.hasEnded ? .ended : .lost(reason, retryAfter: seconds)
                apply(.linked(view))
            case .refused(let reason): ending = .refused("\(view.name): \(reason)")
            }
        }
        if let look = look.look() { apply(.looked(look)) }
        if model.mailboxes.rows != look.mailboxes { apply(.mailboxesRead(look.mailboxes)) }
    }

    /// Another run: nothing of the last one is right any more, but where the user was looking.
    private mutating func begin(_ greeting: WatchGreeting) {
        var fresh = DashboardModel(watching: view, greeting, size: model.size) {
            [client] in client.name(of: $0)
        }
        fresh.setup.clientOfAgent = { [look] in look.clients[$0] ?? "" }
        (fresh.focus, fresh.isZoomed) = (model.focus, model.isZoomed)
        (fresh.isPresenting, fresh.filter) = (model.isPresenting, model.filter)
        fresh.mailboxes.rows = look.mailboxes
        fresh.mailboxes.shown =
            look.mailboxes.firstIndex { $0.name == greeting.mailbox } ?? look.mailboxes.count
        fresh.watch?.link = model.watch?.link ?? .live
        model = fresh
    }

    private mutating func takeComparison() {
        guard let result = comparison?.result else { return }
        comparison?.end()
        comparison = nil
        apply(.compared(result))
    }

    // MARK: - Keys and time

    private mutating func handleEvents(until deadline: ContinuousClock.Instant) {
        var deadline = deadline
        while ending == nil {
            let rest = max(.zero, deadline - ContinuousClock.now)
            switch session.nextEvent(waking: client.changes.descriptor, atMost: rest) {
            case .key(.escape) where hasList && leadsBack: ending = .back
            case .key(let key):
                apply(.key(key))
                deadline = min(deadline, lastFrame + frameTime)
            case .resized(let width, let height):
                apply(.resized(width: width, height: height))
                return
            case .terminate, .inputClosed: ending = .quit
            case .resumed, .woken, .timeout: return
            }
        }
    }

    /// Whether escape has nothing else to go back from.
    private var leadsBack: Bool {
        model.panel == nil && !model.isHelpShown && !model.isZoomed && !model.isPresenting
            && model.filter == nil && model.rewind == nil
    }

    private var timeToNextTick: Duration {
        let executes = model.live.state.threads.contains { model.live.workDone($0) != nil }
        if executes && !model.live.state.isPaused && model.frozen == nil {
            return Self.progressTime
        }
        return .microseconds(1_000_000 - Int64(look.now.count % 1_000_000))
    }

    private mutating func apply(_ message: Message) {
        for effect in model.update(message) {
            switch effect {
            case .quit: ending = .quit
            case .film: if let film = look.film { apply(.filmed(film)) }
            case .compareSchedules: compareSchedules()
            case .showMailbox(let place): ending = .show(mailbox: model.mailboxes.rows[place].name)
            default: break  // The model lets nothing through that changes the server.
            }
        }
    }

    private mutating func compareSchedules() {
        comparison?.end()
        guard let timeline = model.rewind?.film.timeline ?? look.timeline else { return }
        let number = model.rewind?.number ?? timeline.lastNumber
        comparison = ComparisonThread(
            ScheduleComparison.Shape(model),
            jobs: { timeline.executedJobs(upTo: number, limit: RecentJobs.limit) }
        ) { [client] in client.changes.wake() }
    }
}

extension DashboardModel {
    /// A screen that follows a server of which nothing is known yet.
    init(watching view: WatchView, size: (width: Int, height: Int)) {
        self.init(
            setup: Setup(
                source: "watching \(view.name)",
                netcat: nil,
                policy: FirstInFirstOut(),
                producers: 0,
                consumers: 0,
                execution: .sleep,
                nameOfDevice: { "\($0.index)" }
            ),
            state: EngineState(capacity: 1, programs: ProgramCatalog.correct, rate: .normal),
            size: size
        )
        watch = view
    }

    /// The same, when the server has said what it is.
    init(
        watching view: WatchView,
        _ greeting: WatchGreeting,
        size: (width: Int, height: Int),
        nameOfDevice: @escaping (DeviceID) -> String
    ) {
        let words = view.name.split(separator: ":", omittingEmptySubsequences: false)
        // Text cannot name a mailbox.
        let takesText = words.count == 2 && greeting.mailbox == Mailboxes.standardName
        self.init(
            setup: Setup(
                source: "watching \(view.name)",
                netcat: takesText ? "nc -u -w1 \(words[0]) \(words[1])" : nil,
                policy: greeting.header.chosenPolicy,
                producers: greeting.producers,
                consumers: greeting.consumers,
                execution: KernelSettings.Execution(rawValue: greeting.header.execution) ?? .sleep,
                nameOfDevice: nameOfDevice
            ),
            state: greeting.initialState,
            size: size
        )
        watch = view
    }
}
