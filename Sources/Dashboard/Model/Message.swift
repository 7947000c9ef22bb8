import Core
import TerminalUI

/// Whatever can change the model.
enum Message {
    case key(Key)
    case resized(width: Int, height: Int)
    /// The engine was looked at.
    case looked(Look)
    /// What a step led to.
    case stepped(Kernel.StepAnswer)
    /// In slow motion it is time for the next statement.
    case paceTick
    /// Whether the program could be changed.
    case programChanged(to: ProgramPair, Bool)
    /// The adversary's search is over.
    case attackPlanned(Adversary.Outcome, Adversary.Forecast)
    /// The engine's history, to look back into.
    case filmed(Film)
    /// The same jobs under every policy.
    case compared(ScheduleComparison)
    /// The stream from the server that is watched.
    case linked(WatchView)
    /// The lesson went on.
    case lessonMoved(LessonView)
    /// A question about the next step; `nil` where there is nothing to ask.
    case predicted(Prediction?)
    /// The server's mailboxes, while the page of them is shown.
    case mailboxesRead([MailboxList.Row])
    /// Who sends from where, while the page of them is shown.
    case peersRead([PeerRow])
    /// Of a recording that is played, so much time has passed.
    case played(for: Duration)
}

/// What one look at the engine brought.
struct Look {
    let state: EngineState
    let now: Microseconds
    /// How full the buffer was since the last look.
    let peaks: [OccupancySecond]
    /// The oldest first.
    let lines: [LogLine]
    let devices: [DeviceRow]
    let counters: ReceiverCounters
    let waitingInInbox: Int
    let times: [TimeRow]
    /// What is wrong now, the most serious.
    var verdict: Verdict?
    /// What happened last, where it was stepped.
    var moment: Moment?
    /// What has gone wrong since the last look.
    var newFaults: [Fault] = []
    /// What will happen to the next datagram.
    var armedDeed: DatagramChaos.Deed?
    /// What was done to datagrams on purpose since the last look.
    var deeds: [String] = []
    var chart = GanttChart(bars: [], consumers: [])
    var figures: QueueFigures?
    /// Who watches from other terminals.
    var watchers: [WatcherRow] = []
    /// Who is registered with the server.
    var registered: [Registry.Entry] = []
    /// How much was refused over the network within the last minute.
    var refusedLately = 0
}

/// What an update wants done outside the model.
enum Effect: Equatable {
    case pause
    case resume
    case step
    case stepThread(ThreadID)
    case kill(ThreadID)
    case revive(ThreadID)
    case slow(ThreadID, Bool)
    case setRate(Rate)
    /// By its place in the library.
    case changeProgram(Int)
    case searchAttack
    case cancelAttack
    case armDatagramChaos(DatagramChaos.Deed?)
    /// Asks for the engine's history as it is now.
    case film
    /// Asks for the executed jobs under every policy.
    case compareSchedules
    /// The page has been read, with the answer to its question, counted from 0.
    case lessonGoesOn(answer: Int?)
    /// The step of the lesson that was predicted.
    case lessonStep
    /// The lesson from this chapter on, counted from 0.
    case lessonChapter(Int)
    /// Shows another mailbox, by its place among them.
    case showMailbox(Int)
    /// Asks for a question about the next step.
    case predict
    /// Mutes the device, closes its connections and ends its calls that wait.
    case kick(DeviceID)
    case mute(DeviceID, Bool)
    /// The same of an address, whatever names it uses; kicking closes all its connections.
    case kickAddress(SocketAddress)
    case muteAddress(SocketAddress, Bool)
    /// The most jobs of the device that may be on their way; `nil` for the usual limit.
    case limit(DeviceID, Int?)
    case quit
}
