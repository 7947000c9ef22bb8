/// A device that sends jobs, as a small number; its name is in the `DeviceTable`.
package struct DeviceID: Hashable, Sendable {
    package let index: UInt32

    package init(_ index: UInt32) {
        self.index = index
    }

    /// Stands for every device beyond the table's limit.
    package static let other = DeviceID(0)
}

/// What a device asks for: an amount of CPU time.
package struct Job: Equatable, Sendable {
    /// 1, 2, 3 … in the order in which the producers produced them; 0 while nobody has.
    package var id: UInt64
    /// How long it computes.
    package var cpuTime: Microseconds
    package var device: DeviceID

    /// The most CPU time that a job may ask for, a day.
    package static let longestCPUTime = Microseconds(86_400_000_000)

    package init(id: UInt64 = 0, device: DeviceID, cpuTime: Microseconds) {
        self.id = id
        self.device = device
        self.cpuTime = cpuTime
    }
}

/// A job on its way through the engine, with what only its sender and the clocks care about.
///
/// 32 bytes, without references: the buffer's slots hold these.
package struct QueuedJob: Equatable, Sendable {
    package var job: Job
    /// Whom to answer; `.none` when nobody is owed a reply.
    package var reply: ReplyTicket
    /// When it was received.
    package var arrival: Microseconds

    package init(_ job: Job, reply: ReplyTicket = .none, arrival: Microseconds) {
        self.job = job
        self.reply = reply
        self.arrival = arrival
    }
}

/// A claim to one reply, meaningful to whoever received the job.
package struct ReplyTicket: Hashable, Sendable {
    package let number: UInt32

    package init(_ number: UInt32) {
        self.number = number
    }

    package static let none = ReplyTicket(0)

    private static let remoteBit: UInt32 = 1 << 31
    private static let largeBit: UInt32 = 1 << 30

    /// A ticket of a remote client's parcel.
    ///
    /// - Parameters:
    ///   - parcel: Its number, less than 2 to the 30th.
    ///   - isLarge: Whether its payload is more than a remote call can carry.
    package init(parcel: Int, isLarge: Bool) {
        number = UInt32(parcel) | Self.remoteBit | (isLarge ? Self.largeBit : 0)
    }

    /// The number of the parcel; `nil` for the ticket of a datagram.
    package var parcel: Int? {
        number & Self.remoteBit == 0 ? nil : Int(number & ~(Self.remoteBit | Self.largeBit))
    }

    package var isLarge: Bool { number & (Self.remoteBit | Self.largeBit) > Self.remoteBit }
}
