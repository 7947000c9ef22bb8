import Core

/// The mailboxes beside the default one, and the ports beside the main one.
struct MailboxPlan: Equatable {
    struct Box: Equatable {
        var name: String
        /// Its slots.
        var capacity: Int
    }

    struct Port: Equatable {
        /// UDP and TCP; 0 chooses one that is free for both.
        var number: UInt16
        /// Which mailbox is meant there where none is named.
        var mailbox = Mailboxes.standardName
    }

    var boxes: [Box] = []
    var ports: [Port] = []
    /// The group that is told of the default one, such as `239.255.66.66 40669 default`.
    var group: String?

    /// Whether the system is to choose a port.
    var choosesPort: Bool { ports.contains { $0.number == 0 } }
}
