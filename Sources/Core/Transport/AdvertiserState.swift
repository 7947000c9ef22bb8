/// Decides what a responder of multicast DNS says on one interface, and when: a value that datagrams
/// and the passing of time change.
///
/// It claims its names (probes), announces its records, answers questions, gives way to whoever had
/// a name before, and says goodbye. Whatever comes, it keeps a fixed number of records, and tells
/// each of them once a second at most. Source: RFC 6762, sections 5 to 10.
package struct AdvertiserState: Sendable {
    /// Something to be sent.
    package struct Outgoing: Equatable, Sendable {
        package let message: DNSMessage
        /// To whom; `nil` for all.
        package let peer: SocketAddress?
    }

    /// Why a datagram changes nothing.
    package enum Refusal: Equatable, Sendable {
        case malformed
        /// From elsewhere than the interface's own network.
        case offLink
        /// Answers to single askers are limited too.
        case tooManyAsked
    }

    enum Phase: Equatable {
        case probing(sent: Int)
        case announcing(sent: Int)
        case running
        case over
    }

    /// A record, and when it was or will be told.
    struct Told {
        let record: DNSRecord
        var last: Microseconds?
        var due: Microseconds?
        /// Who asked, while nobody else has.
        var asker: SocketAddress?
    }

    static let port: UInt16 = 5353
    private static let probes = 3
    private static let probePause = Microseconds(250_000)
    private static let announcements = 2
    static let second = Microseconds(1_000_000)

    /// The first name, and how often another had to be found.
    private let first: AdvertisedService
    private(set) var renames = 0
    /// As it is called now.
    package private(set) var service: AdvertisedService
    let interface: NetworkInterface
    /// An address of our own is no conflict: two interfaces may be in one network.
    let ownAddresses: Set<DNSRecord.Data>
    var phase = Phase.probing(sent: 0)
    private var nextStep: Microseconds
    var told: [Told] = []
    var outbox: [Outgoing] = []
    /// When a single asker may be answered again, minus a burst.
    var nextUnicast = Microseconds.zero
    var random: RandomNumbers

    /// Begins to claim the service's names.
    ///
    /// - Parameters:
    ///   - service: What to tell.
    ///   - interface: Where.
    ///   - ownAddresses: All addresses of this machine.
    ///   - now: The time now.
    ///   - random: Delays come from here.
    package init(
        _ service: AdvertisedService,
        on interface: NetworkInterface,
        ownAddresses: Set<DNSRecord.Data>,
        at now: Microseconds,
        random: RandomNumbers
    ) {
        first = service
        self.service = service
        self.interface = interface
        self.ownAddresses = ownAddresses
        self.random = random
        nextStep = now
        // Machines that were switched on together do not all ask at once; RFC 6762, section 8.1.
        nextStep = now + wait(0...250)
        told = service.records.map { Told(record: $0) }
    }

    /// Whether the names are its own.
    package var isKnown: Bool {
        switch phase {
        case .announcing, .running: true
        case .probing, .over: false
        }
    }

    /// When to call `advance` next; `nil` for never.
    package var nextTime: Microseconds? {
        let due = told.compactMap(\.due).min()
        switch phase {
        case .probing, .announcing: return due.map { min($0, nextStep) } ?? nextStep
        case .running: return due
        case .over: return nil
        }
    }

    /// Does what the time has come for.
    ///
    /// - Parameter now: Not before that of an earlier call.
    /// - Returns: What to send.
    package mutating func advance(to now: Microseconds) -> [Outgoing] {
        if now >= nextStep { step(at: now) }
        sendDue(at: now)
        defer { outbox = [] }
        return outbox
    }

    /// Takes the records back; nothing is said afterwards.
    ///
    /// That a service of this type exists others may still say, so that record stays.
    ///
    /// - Returns: What to send.
    package mutating func end() -> [Outgoing] {
        defer { phase = .over }
        guard isKnown else { return [] }
        let records = told.map(\.record).filter { $0.name != AdvertisedService.list }.map {
            record in
            var record = record
            record.timeToLive = 0
            return record
        }
        let message = DNSMessage(flags: DNSMessage.authoritativeAnswer, answers: records)
        return [Outgoing(message: message, peer: nil)]
    }

    /// A random time between these milliseconds.
    mutating func wait(_ milliseconds: ClosedRange<UInt64>) -> Microseconds {
        let range = milliseconds.lowerBound * 1000...milliseconds.upperBound * 1000
        return Microseconds(UInt64.random(in: range, using: &random))
    }

    /// Claims the names from the beginning.
    ///
    /// - Parameters:
    ///   - time: When.
    ///   - isRenamed: Whether under the next name.
    mutating func probe(from time: Microseconds, renamed isRenamed: Bool) {
        if isRenamed {
            renames += 1
            service = .renamed(first, renames + 1)
        }
        told = service.records.map { Told(record: $0) }
        phase = .probing(sent: 0)
        nextStep = time
    }

    private mutating func step(at now: Microseconds) {
        switch phase {
        case .probing(let sent) where sent < Self.probes:
            outbox.append(Outgoing(message: probeMessage, peer: nil))
            phase = .probing(sent: sent + 1)
            nextStep = now + Self.probePause
        case .probing:
            phase = .announcing(sent: 0)
            step(at: now)
        case .announcing(let sent):
            for index in told.indices { told[index].due = now }
            phase = sent + 1 < Self.announcements ? .announcing(sent: sent + 1) : .running
            nextStep = now + Self.second
        case .running, .over:
            break
        }
    }

    /// Asks for answers to everybody: where several programs on a machine share the port, only one
    /// would get what is sent to it alone, and a defence would not be heard. RFC 6762, section 15.1.
    private var probeMessage: DNSMessage {
        DNSMessage(
            questions: [service.instanceName, service.hostName].map {
                DNSQuestion($0, DNSType.any)
            },
            authorities: claims
        )
    }

    /// What only one may have, as a probe shows it.
    var claims: [DNSRecord] {
        told.map(\.record).filter(\.flushesCache).map { record in
            var record = record
            record.flushesCache = false
            return record
        }
    }

    /// Tells everybody what is due, in one message, with what the asker will ask for next.
    private mutating func sendDue(at now: Microseconds) {
        let due = Set(told.indices.filter { index in told[index].due.map { $0 <= now } ?? false })
        guard !due.isEmpty else { return }
        let more = told.indices.filter { index in
            !due.contains(index) && told[index].last.map { now - $0 >= Self.second } ?? true
        }
        let additionals = companions(of: due).intersection(more)
        for index in due.union(additionals) {
            (told[index].last, told[index].due, told[index].asker) = (now, nil, nil)
        }
        let message = DNSMessage(
            flags: DNSMessage.authoritativeAnswer,
            answers: due.sorted().map { told[$0].record },
            additionals: additionals.sorted().map { told[$0].record }
        )
        outbox.append(Outgoing(message: message, peer: nil))
    }

    /// What whoever gets these records will ask for next; RFC 6763, section 12.
    func companions(of indices: Set<Int>) -> Set<Int> {
        var names = indices.compactMap { index -> DNSName? in
            switch told[index].record.data {
            case .ptr(let name): name
            case .srv(_, let host, _, _): host
            case .a, .aaaa, .txt, .other: nil
            }
        }
        if names.contains(service.instanceName) { names.append(service.hostName) }
        let found = told.indices.filter { index in
            told[index].record.flushesCache && names.contains(told[index].record.name)
        }
        return Set(found).subtracting(indices)
    }
}
