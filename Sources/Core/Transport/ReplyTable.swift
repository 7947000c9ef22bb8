import Glibc
import Synchronization

/// The replies that are owed: for each ticket the sender's address and an exact copy of its request.
///
/// It grows with the number of jobs in the engine, which is bounded by inbox, buffer and the jobs in
/// hand, and never beyond its limit. At the limit `ticket` returns `nil`; the receiver then refuses
/// the job and counts it, because a job without a ticket would break "one reply per accepted job".
/// With a limit of at least all jobs that the engine can hold, that never happens.
package final class ReplyTable: ReplySender, @unchecked Sendable {
    // Sendable because the free list is touched only inside `lock`; a slot belongs to the one holder
    // of its ticket; a chunk's pointer is written before the first ticket into it is handed out.
    private static let chunkSize = 1024

    package let sockets: [DatagramSocket]
    private let limit: Int
    private let chunks: UnsafeMutableBufferPointer<UnsafeMutablePointer<ReplySlot>?>

    private let lock = SpinLock()
    private var slotCount = 0
    /// The ticket number of a free slot, 0 when there is none.
    private var firstFree: UInt32 = 0
    private var owedCount = 0

    private let sentCount = Atomic(0)
    private let failedCount = Atomic(0)

    /// - Parameters:
    ///   - sockets: Those that requests arrive at; replies leave through the same one.
    ///   - limit: The most replies owed at one time.
    package init(sockets: [DatagramSocket], limit: Int) {
        precondition(limit > 0, "a table of replies has at least one place, not \(limit)")
        self.sockets = sockets
        self.limit = limit
        chunks = .allocate(capacity: (limit + Self.chunkSize - 1) / Self.chunkSize)
        chunks.initialize(repeating: nil)
    }

    deinit {
        for number in 0..<slotCount { slot(number).pointee.long?.deallocate() }
        for chunk in chunks { chunk?.deallocate() }
        chunks.deallocate()
    }

    /// Remembers whom to answer with what.
    ///
    /// - Parameters:
    ///   - peer: Where the request came from.
    ///   - socket: Its index in `sockets`.
    ///   - request: The bytes to send back, copied here.
    /// - Returns: `nil` when as many replies are owed as the limit allows.
    package func ticket(
        for peer: SocketAddress,
        socket: Int,
        request: UnsafeRawBufferPointer
    ) -> ReplyTicket? {
        guard let number = takeSlot() else { return nil }
        let slot = slot(number)
        slot.pointee.peer = peer
        slot.pointee.socket = socket
        slot.pointee.store(request)
        return ReplyTicket(UInt32(number) + 1)
    }

    package func send(_ ticket: ReplyTicket) {
        guard let number = number(of: ticket) else { return }
        let slot = slot(number)
        if transmit(slot) {
            sentCount.wrappingAdd(1, ordering: .relaxed)
        } else {
            failedCount.wrappingAdd(1, ordering: .relaxed)
        }
        free(number)
    }

    /// Takes the ticket back without a reply, for a job that was never handed on.
    package func forget(_ ticket: ReplyTicket) {
        guard let number = number(of: ticket) else { return }
        free(number)
    }

    /// To whom this reply is owed; `nil` where none is. Only the ticket's holder may ask.
    package func peer(of ticket: ReplyTicket) -> SocketAddress? {
        number(of: ticket).map { slot($0).pointee.peer }
    }

    /// How many replies have not been sent yet.
    package var owed: Int { lock.withLock { owedCount } }

    package var sent: Int { sentCount.load(ordering: .relaxed) }

    package var failed: Int { failedCount.load(ordering: .relaxed) }

    private func transmit(_ slot: UnsafeMutablePointer<ReplySlot>) -> Bool {
        let socket = sockets[slot.pointee.socket]
        // An earlier client that went away can show up as an error of this call, which then has sent
        // nothing: so it is made again.
        for _ in 0..<4 {
            do throws(SystemError) {
                try slot.pointee.withRequest { bytes throws(SystemError) in
                    try socket.send(bytes, to: slot.pointee.peer)
                }
                return true
            } catch {
                guard error.number != EAGAIN else { return false }
            }
        }
        return false
    }

    private func number(of ticket: ReplyTicket) -> Int? {
        ticket == .none ? nil : Int(ticket.number) - 1
    }

    private func slot(_ number: Int) -> UnsafeMutablePointer<ReplySlot> {
        guard let chunk = chunks[number / Self.chunkSize] else {
            preconditionFailure("there is no reply with the ticket \(number + 1)")
        }
        return chunk + number % Self.chunkSize
    }

    private func takeSlot() -> Int? {
        lock.lock()
        defer { lock.unlock() }
        if firstFree == 0 && !grow() { return nil }
        let number = Int(firstFree) - 1
        firstFree = slot(number).pointee.nextFree
        owedCount += 1
        return number
    }

    private func free(_ number: Int) {
        let slot = slot(number)
        slot.pointee.dropRequest()
        lock.lock()
        slot.pointee.nextFree = firstFree
        firstFree = UInt32(number) + 1
        owedCount -= 1
        lock.unlock()
    }

    private func grow() -> Bool {
        let added = min(Self.chunkSize, limit - slotCount)
        guard added > 0 else { return false }
        let chunk = UnsafeMutablePointer<ReplySlot>.allocate(capacity: added)
        for position in 0..<added {
            let next = position + 1 < added ? UInt32(slotCount + position) + 2 : 0
            (chunk + position).initialize(to: ReplySlot(nextFree: next))
        }
        chunks[slotCount / Self.chunkSize] = chunk
        firstFree = UInt32(slotCount) + 1
        slotCount += added
        return true
    }
}

/// One reply owed. Requests are short, so most are kept in the slot itself.
private struct ReplySlot {
    var nextFree: UInt32
    var socket = 0
    var peer = SocketAddress()
    var long: UnsafeMutableRawPointer?
    private var length = 0
    private var short = [96 of UInt8](repeating: 0)

    init(nextFree: UInt32) {
        self.nextFree = nextFree
    }

    mutating func store(_ request: UnsafeRawBufferPointer) {
        length = request.count
        guard let source = request.baseAddress, length > 0 else { return }
        if length <= short.count {
            withUnsafeMutableBytes(of: &short) { $0.copyMemory(from: request) }
        } else {
            let copy = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 1)
            copy.copyMemory(from: source, byteCount: length)
            long = copy
        }
    }

    mutating func withRequest(
        _ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
    ) throws(SystemError) {
        if let long {
            return try body(UnsafeRawBufferPointer(start: long, count: length))
        }
        let length = length
        try withUnsafeBytes(of: short) { bytes throws(SystemError) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        }
    }

    mutating func dropRequest() {
        long?.deallocate()
        long = nil
    }
}
