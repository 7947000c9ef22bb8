/// Lets others find a server by multicast DNS: a responder with a thread of its own on each interface.
///
/// Neither the engine nor the event loop knows of it, so a flood of questions takes nothing from
/// them but its share of the processor, and of that at most one datagram's work at a time.
package final class Advertiser: Sendable {
    /// RFC 6762, section 3; and section 11 for the time to live.
    package static let group = SocketAddress(IPv4Address(0xe000_00fb), port: AdvertiserState.port)
    private static let timeToLive: UInt8 = 255
    /// After so many datagrams what is due is sent, however many more there are.
    private static let mostAtOnce = 64

    private struct Line: Sendable {
        let socket: MulticastSocket
        let state: Guarded<AdvertiserState>
    }

    private let lines: [Line]
    private let tally: NetworkTally
    private let clock: any EngineClock
    private let threads = Guarded<[SystemThread]>([])
    private let isStopping = Guarded(false)

    /// Opens the sockets; nothing is said before `start`.
    ///
    /// - Parameters:
    ///   - instance: What people see in a list.
    ///   - host: The name of the machine.
    ///   - places: Each interface, and where the server is reached there.
    ///   - mailboxes: Their names.
    ///   - tally: Counts what is refused.
    ///   - clock: Says when to say what.
    /// - Throws: A `MulticastError` where an interface cannot multicast.
    package init(
        instance: String,
        host: String,
        on places: [(interface: NetworkInterface, addresses: [SocketAddress])],
        mailboxes: [String],
        tally: NetworkTally,
        clock: any EngineClock
    ) throws {
        self.tally = tally
        self.clock = clock
        let own = Set(try NetworkInterface.all().flatMap(\.addresses).map(DNSRecord.Data.init))
        var generator = SystemRandomNumberGenerator()
        var lines: [Line] = []
        for (interface, addresses) in places {
            let service = AdvertisedService(
                instance: instance,
                host: host,
                at: addresses,
                mailboxes: mailboxes
            )
            let state = AdvertiserState(
                service,
                on: interface,
                ownAddresses: own,
                at: clock.now,
                random: RandomNumbers(seed: generator.next())
            )
            do throws(SystemError) {
                let socket = try MulticastSocket(
                    Self.group,
                    on: interface,
                    as: .responder,
                    timeToLive: Self.timeToLive
                )
                lines.append(Line(socket: socket, state: Guarded(state)))
            } catch {
                throw MulticastError.failed(interface: interface.name, error)
            }
        }
        self.lines = lines
    }

    /// The instances as they are called now, which is not as they were first where others had that
    /// name.
    package var instances: [String] { lines.map { $0.state.withLock { $0.service.instance } } }

    /// Begins to claim the names.
    package func start() {
        let started = lines.map { line in
            SystemThread(name: "advertiser") { [self] in run(line) }
        }
        threads.withLock { $0 = started }
    }

    /// Says goodbye and ends the threads; idempotent.
    package func stop() {
        isStopping.withLock { $0 = true }
        for line in lines { line.socket.shutDown() }
        let started = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in started { thread.join() }
        for line in lines {
            let last = line.state.withLock { $0.end() }
            for outgoing in last { try? line.socket.send(outgoing.message.bytes) }
        }
    }

    private func run(_ line: Line) {
        while !isStopping.withLock({ $0 }) {
            let now = clock.now
            let next = line.state.withLock { $0.nextTime }
            let limit = next.map { ($0 - now).duration }
            do throws(SystemError) {
                try line.socket.wait(atMost: limit)
                try receive(line)
            } catch {
                // An error that an answer to somebody who has gone left behind, or no memory.
                tally.count(.replyUndeliverable)
            }
            send(line)
        }
    }

    private func receive(_ line: Line) throws(SystemError) {
        for _ in 0..<Self.mostAtOnce {
            guard let (bytes, peer) = try line.socket.receive(atMost: DNSMessage.longest)
            else { return }
            let now = clock.now
            switch line.state.withLock({ $0.receive(bytes, from: peer, at: now) }) {
            case nil: break
            case .malformed: tally.count(.notDNS, by: peer)
            case .offLink: tally.count(.offLinkQuestion, by: peer)
            case .tooManyAsked: tally.count(.tooManyQuestions, by: peer)
            }
        }
    }

    private func send(_ line: Line) {
        let now = clock.now
        for outgoing in line.state.withLock({ $0.advance(to: now) }) {
            do throws(SystemError) {
                try line.socket.send(outgoing.message.bytes, to: outgoing.peer)
            } catch {
                tally.count(.replyUndeliverable)
            }
        }
    }
}
