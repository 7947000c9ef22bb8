import Core
import Synchronization

/// Listens to a group on a thread of its own, and wakes whoever shows it.
final class GroupEar: Sendable {
    private let listener: GroupListener
    private let heard = Guarded<[GroupMembers.Change]>([])
    private let isOver: Over
    private let thread: SystemThread
    /// Becomes readable when something was heard.
    let changes: ChangeSignal

    private final class Over: Sendable {
        let value = Atomic(false)
    }

    private static let pause = Duration.milliseconds(500)

    init(_ listener: GroupListener) {
        let (changes, isOver, heard) = (ChangeSignal(), Over(), heard)
        self.listener = listener
        self.changes = changes
        self.isOver = isOver
        thread = SystemThread(name: "sb-group") {
            while !isOver.value.load(ordering: .relaxed) {
                guard let new = try? listener.listen(atMost: Self.pause) else { return }
                heard.withLock { $0 += new }
                changes.wake()
            }
        }
    }

    var members: [GroupMembers.Member] { listener.members.all }

    /// What would show servers that are in other groups; nothing where none was heard.
    var hints: [String] {
        listener.members.otherGroups.map { name, servers in
            let count = servers == 1 ? "one server" : "\(servers) servers"
            let verb = servers == 1 ? "was" : "were"
            let name = Sanitizer.sanitize(name)
            return "\(count) of the group \(name) \(verb) heard: --group-name \(name)"
        }
    }

    /// What has changed since this was last asked.
    func takeChanges() -> [GroupMembers.Change] {
        heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
    }

    /// Waits for the thread to end.
    func end() {
        isOver.value.store(true, ordering: .relaxed)
        listener.shutDown()
        thread.join()
    }
}

extension GroupMembers.Change {
    /// In words.
    var sentence: String {
        switch self {
        case .joined(let sender): "\(sender) is there"
        case .restarted(let sender): "\(sender) has begun anew"
        case .lost(let sender, let events): "\(events) events of \(sender) were lost"
        case .returned(let sender): "\(sender) is there again"
        case .left(let sender): "\(sender) has ended"
        case .gone(let sender): "\(sender) says nothing any more"
        }
    }
}
