/// The threads that receive jobs over UDP, one for each socket.
///
/// When the inbox is full they wait; datagrams then pile up in the operating system's buffer, whose
/// drops are counted. A vanished client's ICMP error never stops a receiver.
package final class UDPReceiver: Sendable {
    private struct Line: Sendable {
        let receiver: DatagramReceiver
        let thread: SystemThread
    }

    private let lines: [Line]
    private let inbox: Inbox
    private let replies: ReplyTable?
    private let room: RoomGuard?
    private let kickedOut = Guarded(0)

    /// Starts receiving.
    ///
    /// - Parameters:
    ///   - sockets: Bound ones; `DatagramSocket.listen` makes them.
    ///   - inbox: Where the jobs go.
    ///   - devices: Gives each device's name its number.
    ///   - replies: Made for the same sockets; `nil` when replies are never sent.
    ///   - calls: Answers what is no job in text; `nil` refuses it.
    ///   - admission: Who must show the token.
    ///   - seals: Opens sealed datagrams; `nil` refuses them.
    ///   - chaos: What is done to datagrams on purpose.
    ///   - room: Decides who may send what; `nil` lets everybody.
    ///   - book: Where it is written what was refused to whom.
    ///   - longestDatagram: The most bytes of one; longer ones are refused.
    ///   - clock: Says when a job arrived.
    package init(
        sockets: [DatagramSocket],
        inbox: Inbox,
        devices: DeviceTable,
        replies: ReplyTable?,
        calls: (any DatagramService)? = nil,
        admission: Admission = Admission(),
        seals: Seals? = nil,
        chaos: DatagramChaos = DatagramChaos(),
        room: RoomGuard? = nil,
        book: RefusalBook? = nil,
        longestDatagram: Int = DatagramDialect.longestDatagram,
        clock: any EngineClock
    ) {
        self.inbox = inbox
        self.replies = replies
        self.room = room
        let addresses = sockets.map(\.address)
        lines = sockets.map { socket in
            let receiver = DatagramReceiver(
                socket: socket,
                ownAddresses: addresses,
                inbox: inbox,
                devices: devices,
                replies: replies,
                calls: calls,
                admission: admission,
                seals: seals,
                chaos: chaos,
                room: room,
                book: book,
                longest: longestDatagram,
                clock: clock
            )
            return Line(
                receiver: receiver,
                thread: SystemThread(name: "receiver") { receiver.run() }
            )
        }
    }

    /// Stops receiving and waits for the threads, whatever they are waiting for; idempotent.
    ///
    /// Jobs that were received and not yet in the inbox are counted as `abandoned`, datagrams still
    /// waiting in the operating system as `unread`. Must be called before the receiver is forgotten.
    package func stop() {
        for line in lines { line.receiver.requestStop() }
        for line in lines { line.thread.join() }
    }

    /// Gives up the device's jobs that no producer has taken yet; they get no reply.
    ///
    /// What a receiver has just read, at most one batch, may come after.
    ///
    /// - Parameter device: Who was kicked out, and is muted already.
    /// - Returns: How many jobs there were.
    package func giveUp(jobsOf device: DeviceID) -> Int {
        giveUp { $0.job.device == device }
    }

    /// The same for the jobs that came from this address, whatever names they have.
    ///
    /// Only the reply that is owed for a job says from where it came. Where none are sent, those are
    /// meant of the devices that were heard last from the address.
    ///
    /// - Parameter address: Who was kicked out, and is muted already.
    /// - Returns: How many jobs there were.
    package func giveUp(jobsFrom address: SocketAddress) -> Int {
        let network = address.network
        let devices = room?.devices(heardFrom: address) ?? []
        return giveUp { queued in
            guard let peer = replies?.peer(of: queued.reply) else {
                return devices.contains(queued.job.device)
            }
            return peer.network == network
        }
    }

    private func giveUp(where isMeant: (QueuedJob) -> Bool) -> Int {
        let jobs = inbox.withdraw(where: isMeant)
        for job in jobs {
            replies?.forget(job.reply)
            room?.backlog.remove(job.job.device)
        }
        kickedOut.withLock { $0 += jobs.count }
        return jobs.count
    }

    package var counters: ReceiverCounters {
        var sum = ReceiverCounters()
        for line in lines { sum += line.receiver.snapshot }
        sum.kickedOut = kickedOut.withLock { $0 }
        sum.repliesSent = replies?.sent ?? 0
        sum.repliesFailed = replies?.failed ?? 0
        return sum
    }
}
