import Core
import Glibc

/// A producer or a consumer of the buffer server: puts or takes its items one after another, and
/// tries again after a pause where the buffer is full or empty.
///
/// An operation whose reply does not come is never repeated, for it may have happened.
final class BufferClient: Sendable {
    struct Plan: Equatable {
        var role: BufferWish.Role
        var id = "1"
        var items = 5
        var mailbox: String?
        /// For how many seconds the server waits for a slot or an item.
        var wait: Double?
        /// How often one operation is tried again.
        var retries = 5
        /// Before an operation is tried again.
        var pause: SecondsRange
        /// Between two items.
        var interval: SecondsRange
        var seed: UInt64
    }

    private struct State {
        var isStopping = false
        var socket: (any ByteStream)?
        var statistics: BufferStatistics
    }

    /// The server gives an operation up after 20 seconds, and says so.
    private static let timeout = Duration.seconds(30)

    private let plan: Plan
    private let servers: [SocketAddress]
    private let credentials: Credentials
    private let clock: any EngineClock
    private let say: @Sendable (String) -> Void
    private let parker = Parker()
    private let state: Guarded<State>

    /// - Parameters:
    ///   - plan: What to do.
    ///   - servers: The server's addresses, tried in this order.
    ///   - credentials: What to show to it.
    ///   - clock: Times the pauses.
    ///   - say: Gets a sentence for every operation.
    init(
        _ plan: Plan,
        servers: [SocketAddress],
        credentials: Credentials = Credentials(),
        clock: any EngineClock,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.servers = servers
        self.credentials = credentials
        self.clock = clock
        self.say = say
        state = Guarded(State(statistics: BufferStatistics(planned: plan.items)))
    }

    /// Such as `P1`; safe to show.
    var name: String { plan.role.letter + Sanitizer.sanitize(plan.id) }

    var statistics: BufferStatistics { state.withLock { $0.statistics } }

    /// Puts or takes all items; the calling thread is the client.
    func run() {
        var random = RandomNumbers(seed: plan.seed)
        for number in 1...max(plan.items, 1) where number <= plan.items {
            if number > 1 { pause(plan.interval.value(using: &random)) }
            guard !isStopping else { return }
            deal(with: number, &random)
        }
    }

    /// Makes `run` return soon; any thread may ask.
    func stop() {
        let socket = state.withLock { state in
            state.isStopping = true
            return state.socket
        }
        socket?.shutDown()
        parker.unpark()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func deal(with number: Int, _ random: inout RandomNumbers) {
        let item = plan.role == .producer ? "\(name)-Item-\(number)" : nil
        let request = BufferWish(
            type: plan.role,
            id: plan.id,
            item: item,
            token: credentials.token?.text,
            mailbox: plan.mailbox,
            wait: plan.wait
        )
        for attempt in 0...plan.retries {
            if attempt > 0 {
                let time = plan.pause.value(using: &random)
                say("\(name) tries again in \(time) s (\(attempt) of \(plan.retries))")
                pause(time)
                guard !isStopping else { return }
                state.withLock { $0.statistics.retries += 1 }
            }
            if isOver(request) || isStopping { return }
        }
        say("\(name) gives up \(item ?? "item \(number)")")
    }

    /// Performs the operation once; says whether there is no sense in trying again.
    private func isOver(_ request: BufferWish) -> Bool {
        do throws(BufferConnection.Failure) {
            switch try perform(request) {
            case .success(let item, let size):
                state.withLock { $0.statistics.done += 1 }
                let verb = plan.role == .producer ? "put" : "took"
                let depth = size.map { ": \($0) in the buffer" } ?? ""
                say("\(name) \(verb) \(item ?? request.item ?? "an item")\(depth)")
                return true
            case .error(let message):
                state.withLock { $0.statistics.refused += 1 }
                say("\(name) is refused: \(message)")
                guard BufferReply.isFinal(message) else { return false }
                say("\(name) ends: that does not change; see --token-file")
                state.withLock { $0.isStopping = true }
                return true
            }
        } catch {
            if isStopping { return true }
            return isOver(after: error)
        }
    }

    private func isOver(after failure: BufferConnection.Failure) -> Bool {
        switch failure {
        case .notConnected(let error):
            state.withLock { $0.statistics.unreachable += 1 }
            let reason = error.number == ECONNREFUSED ? "no server answers" : "\(error)"
            say("\(name) cannot connect to \(servers.first.map { "\($0)" } ?? "it"): \(reason)")
            return false
        case .noReply(let reason):
            state.withLock { $0.statistics.unanswered += 1 }
            say("\(name) got no reply, and does not repeat what may have happened: \(reason)")
            return true
        }
    }

    /// Tries the server's addresses until one can be connected to.
    private func perform(
        _ request: BufferWish
    ) throws(BufferConnection.Failure) -> BufferReply {
        var failure = BufferConnection.Failure.notConnected(
            SystemError("connect", number: EDESTADDRREQ)
        )
        var hasReason = false
        for server in servers {
            do throws(BufferConnection.Failure) {
                return try BufferConnection(socket: open(server), timeout: Self.timeout)
                    .perform(request)
            } catch {
                if case .noReply = error { throw error }
                // That nobody is at the other address says less than why this one could not be used.
                let isLess = error == .notConnected(SystemError("connect", number: ECONNREFUSED))
                if !isLess || !hasReason { failure = error }
                hasReason = true
            }
        }
        throw failure
    }

    private func open(
        _ server: SocketAddress
    ) throws(BufferConnection.Failure) -> any ByteStream {
        do throws(SystemError) {
            let socket = try credentials.connect(to: server)
            let isStopping = state.withLock { state in
                state.socket = socket
                return state.isStopping
            }
            if isStopping { socket.shutDown() }
            return socket
        } catch {
            throw .notConnected(error)
        }
    }

    private func pause(_ time: Microseconds) {
        let end = clock.now + time
        while !isStopping && clock.now < end {
            clock.park(parker, until: end, spinning: false)
        }
    }
}
