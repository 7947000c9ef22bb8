import Core
import TerminalUI

/// What the dashboard knows: all that a frame is made of. A value; only `update` changes it.
struct DashboardModel {
    /// What never changes while it runs, for the title.
    struct Setup {
        /// What the title says it is about: `localhost:5555 udp tcp`, or a recording's name.
        var source: String
        /// How to send a job to it; `nil` for a recording.
        var netcat: String?
        var policy: any SchedulingPolicy
        var producers: Int
        var consumers: Int
        var execution: KernelSettings.Execution
        var nameOfDevice: (DeviceID) -> String
        /// For whom an agent waits, by the 2 in A2; empty where nobody knows.
        var clientOfAgent: (Int) -> String = { _ in "" }
        /// What stands for a job in the buffer; `nil` for its device and its time.
        var labelOfJob: ((Job) -> String)?
        /// Whether jobs come over the network, from devices that can be told to be silent.
        var hasRoom = false
        /// Where to send jobs to, where other machines can.
        var join: JoinLine?
        /// Whether the keyboard may look, but change nothing.
        var isReadOnly = false
    }

    /// A page over all panes.
    enum Panel {
        /// Why each thread does not go on.
        case why
        case theory, schedules
        /// Who watches from other terminals.
        case watchers
        case mailboxes
        /// Who is registered with the server.
        case registry
        /// Who sends from where, and what was refused to whom.
        case refused
        /// Where to send jobs to, in large letters.
        case join
    }

    var setup: Setup
    /// The engine as it is.
    var live: Picture
    /// The engine as it was when the picture was frozen.
    var frozen: Picture?
    var focus: PaneKind
    /// How far each pane is moved down, and what is selected in it.
    var cursors: [PaneKind: Int] = [:]
    /// The device that the user selected; its row moves, whoever is meant does not.
    var chosenDevice: DeviceRow.Identity?
    /// Whether the pane in focus has the whole screen.
    var isZoomed = false
    /// Whether the screen shows large figures in place of panes.
    var isPresenting = false
    /// What devices and log are narrowed down to.
    var filter: Filter?
    var isHelpShown = false
    var helpPage = 0
    var panel: Panel?
    /// Those of the server; none where it is no server's engine.
    var mailboxes = MailboxList()
    /// Who sends, while the page of them is shown.
    var peers = PeerList()
    /// The executed jobs under every policy, since they were last asked for.
    var comparison: ScheduleComparison?
    /// Who is registered, as of the last look; the past knows no registry.
    var registered: [Registry.Entry] = []
    /// The title of what is wrong, when the user does not want to see it any more.
    var hiddenVerdict: String?
    /// In slow motion, how fast.
    var pace: Pace?
    /// Slow motion waits for the next press of space.
    var isPaceHeld = false
    var attack: Attack?
    /// What will happen to the next datagram.
    var armedDeed: DatagramChaos.Deed?
    /// While the user looks back.
    var rewind: Rewind?
    /// Where the screen shows a recording instead of an engine; then there is always a rewind.
    var player: Player?
    /// Where the screen follows a server from afar: then it can only be looked at.
    var watch: WatchView?
    /// Where a lesson is played, what it shows now.
    var lesson: LessonView?
    /// The question about the next step, and what was answered.
    var prediction: PredictionView?
    var predictionScore = LessonScore()
    /// Whether each step of the lesson is to be predicted.
    var predictsLesson = false
    /// Where to go as soon as the film is there.
    var awaitedMove: Rewind.Move?
    /// Moments that the user or a fault pointed out, in the order of their numbers.
    var marks: [Timeline.Mark] = []
    /// Whether the last key was the first of two that end a run that many look at.
    var isQuitAsked = false
    /// What the last key led to, until the next one.
    var notice: String?
    var size: (width: Int, height: Int)

    init(setup: Setup, state: EngineState, size: (width: Int, height: Int)) {
        self.setup = setup
        live = Picture(state: state)
        focus = state.isPaused ? .threads : .devices
        self.size = size
    }

    /// A recording, from its beginning.
    init(replaying film: Film, setup: Setup, marks: [Timeline.Mark]) {
        let timeline = film.timeline
        self.init(setup: setup, state: timeline.lastState, size: (80, 24))
        rewind = Rewind(film, at: timeline.firstNumber)
        player = Player(at: timeline.time(of: timeline.firstNumber))
        focus = .log
        self.marks = marks
    }

    /// What is on the screen.
    var shown: Picture { rewind?.picture ?? frozen ?? live }

    /// How many events the screen is behind the engine.
    var eventsBehind: UInt64 {
        frozen.map { live.state.number - $0.state.number } ?? 0
    }

    /// What is wrong, where it is to be seen.
    var verdict: Verdict? { shown.verdict?.title == hiddenVerdict ? nil : shown.verdict }

    func cursor(_ pane: PaneKind) -> Int {
        pane == .devices ? selectedDevicePlace ?? 0 : cursors[pane] ?? 0
    }

    /// How many rows a pane can be moved over.
    func rowCount(_ pane: PaneKind) -> Int {
        switch pane {
        case .devices: devices.count
        case .threads: shown.threads.count
        case .log: log.count
        case .buffer, .semaphores, .program, .times, .verdict, .lesson: 0
        }
    }
}
