import Glibc
import Synchronization

/// What one receiver thread does: datagrams from one socket become jobs in the inbox.
///
/// It waits for a datagram, then reads on without waiting, and hands over what it got together: under
/// load one visit to the inbox serves many jobs. A lone job is not held back; in a flood the thread
/// sleeps a moment after the first datagram, so that the next ones come along.
final class DatagramReceiver: Sendable {
    private static let longestBatch = 256
    /// Their owners answer whatever they get, or cannot be answered (RFC 862, 864, 865, 1035, 6762).
    static let reservedPorts: [UInt16] = [0, 7, 19, 53, 111, 5353]
    /// So many errors in a row are not left-overs of clients that went away.
    private static let errorsInARow = 16

    let socket: DatagramSocket
    private let inbox: Inbox
    let devices: DeviceTable
    private let clock: any EngineClock
    let replies: ReplyTable?
    let calls: (any DatagramService)?
    let admission: Admission
    let seals: Seals?
    private let chaos: DatagramChaos
    let room: RoomGuard?
    let book: RefusalBook?
    private let longest: Int
    let socketIndex: Int
    private let ownAddresses: [SocketAddress]
    private let ownPorts: [UInt16]
    let putsText: Bool

    private let parker = Parker()
    private let stopping = Atomic(false)
    let counters = GuardedCounters()

    init(
        socket: DatagramSocket,
        ownAddresses: [SocketAddress],
        inbox: Inbox,
        devices: DeviceTable,
        replies: ReplyTable?,
        calls: (any DatagramService)?,
        admission: Admission,
        seals: Seals?,
        chaos: DatagramChaos,
        room: RoomGuard?,
        book: RefusalBook?,
        longest: Int,
        clock: any EngineClock
    ) {
        self.room = room
        self.book = book
        self.longest = longest
        self.calls = calls
        self.admission = admission
        self.seals = seals
        putsText = calls?.putsText(through: socket) ?? false
        self.chaos = chaos
        self.socket = socket
        self.ownAddresses = ownAddresses
        ownPorts = Array(Set(ownAddresses.map(\.port)))
        self.inbox = inbox
        self.devices = devices
        self.replies = replies
        self.clock = clock
        guard let replies else {
            socketIndex = 0
            return
        }
        guard let index = replies.sockets.firstIndex(where: { $0 === socket }) else {
            preconditionFailure("the table of replies does not know the socket \(socket.address)")
        }
        socketIndex = index
    }

    var snapshot: ReceiverCounters {
        var counters = counters.withLock { $0 }
        counters.droppedBySystem = socket.droppedBySystem
        return counters
    }

    /// Makes `run` return soon; any thread may ask.
    func requestStop() {
        stopping.store(true, ordering: .releasing)
        socket.shutDown()
        parker.unpark()
    }

    /// The thread's body.
    func run() {
        var batch = ReceiveBatch(
            capacity: Self.longestBatch,
            longest: longest,
            sendersWait: replies != nil
        )
        defer { batch.deallocate() }
        var errors = 0
        while !isStopping {
            do throws(SystemError) {
                try receive(&batch)
                errors = 0
            } catch {
                counters.withLock { $0.receiveErrors += 1 }
                errors += 1
                if errors > Self.errorsInARow { parker.park(atMost: .milliseconds(10)) }
            }
            deliver(&batch)
        }
        countUnread(&batch)
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Waits for one datagram and takes along what else is there.
    private func receive(_ batch: inout ReceiveBatch) throws(SystemError) {
        let length = try batch.receive(from: socket, waiting: true)
        if length == 0 && isStopping { return }
        let received = clock.now
        // Refusing them costs no change of thread, so collecting them would save nothing.
        batch.rate.note(batch.seen - batch.denied, at: received)
        batch.denied = 0
        // After a full batch there is more to take at once.
        let collects = batch.rate.isHigh && batch.seen < Self.longestBatch
        accept(length, received, &batch)
        batch.seen = 1
        if collects { parker.park(atMost: batch.rate.collectingPause) }
        let arrival = collects ? clock.now : received
        // Bounded by what was seen: a flood of refusals must not keep the thread from stopping.
        while batch.seen < Self.longestBatch {
            do throws(SystemError) {
                let next = try batch.receive(from: socket, waiting: false)
                accept(next, arrival, &batch)
                batch.seen += 1
            } catch {
                guard error.number == EAGAIN else { throw error }
                return
            }
        }
    }

    private func accept(_ length: Int, _ arrival: Microseconds, _ batch: inout ReceiveBatch) {
        if let refusal = refusal(of: batch.peer) { return refuse(refusal, batch.peer) }
        if room?.muted.contains(batch.peer) ?? false {
            batch.denied += 1
            return refuse(.mutedAddress, batch.peer)
        }
        let isKnown = isSeal(
            of: batch.peer,
            batch.bytes[..<min(length, batch.bytes.count)],
            arrival
        )
        // Before anything of it is read: a flood must cost next to nothing.
        if !isKnown, let denial = room?.denial(ofDatagramFrom: batch.peer, at: arrival) {
            batch.denied += 1
            return refuse(denial.refusal, batch.peer)
        }
        guard length <= batch.bytes.count else {
            return refuse(
                .notAJob,
                batch.peer,
                .datagramTooLong(bytes: length, limit: batch.bytes.count)
            )
        }
        let message = UnsafeBufferPointer(rebasing: batch.bytes[..<length])
        switch chaos.take(message, from: batch.peer) {
        case .drop: counters.withLock { $0.dropOnPurpose() }
        case .double:
            serve(message, isCounted: !isKnown, arrival, &batch)
            batch.copies += 1
            serve(message, isCounted: !isKnown, arrival, &batch)
        case nil: serve(message, isCounted: !isKnown, arrival, &batch)
        }
    }

    private func refusal(of peer: SocketAddress) -> Refusal? {
        let port = peer.port
        if port < 112 || port == 5353, Self.reservedPorts.contains(port) { return .sourcePort }
        // Two of our ports would answer each other for ever too.
        guard ownPorts.contains(port) else { return nil }
        // Bound to every address of this machine, we do not know them all: the port has to do.
        return ownAddresses.contains { $0.port == port && ($0.isWildcard || $0 == peer) }
            ? .ownAddress : nil
    }

    /// Hands the batch to the inbox, waiting while that is full.
    private func deliver(_ batch: inout ReceiveBatch) {
        guard batch.count + batch.copies > 0 else { return }
        let (count, copies) = (batch.count, batch.copies)
        counters.withLock {
            $0.received += count - copies
            $0.accepted += count
            $0.doubledOnPurpose += copies
        }
        batch.copies = 0
        guard count > 0 else { return }
        // First, because a job may be executed before `put` returns.
        room?.backlog.add(batch.uncounted)
        let delivered = inbox.put(batch.jobs, as: parker, while: { !isStopping })
        if delivered < count {
            for job in batch.jobs[delivered...] {
                replies?.forget(job.reply)
                room?.backlog.remove(job.job.device)
            }
            counters.withLock { $0.abandoned += count - delivered }
        }
        batch.removeAll()
    }

    /// What came too late is not silently lost.
    private func countUnread(_ batch: inout ReceiveBatch) {
        let most = 1 << 20
        var unread = 0
        do {
            while unread < most {
                _ = try batch.receive(from: socket, waiting: false)
                unread += 1
            }
        } catch {
            counters.withLock { $0.unread = unread }
        }
    }
}

final class GuardedCounters: @unchecked Sendable {
    // Sendable because `counters` is touched only inside `lock`.
    private let lock = SpinLock()
    private var counters = ReceiverCounters()

    func withLock<Result>(_ body: (inout ReceiverCounters) -> Result) -> Result {
        lock.withLock { body(&counters) }
    }
}
