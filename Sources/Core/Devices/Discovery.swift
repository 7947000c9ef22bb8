/// Asks by multicast which servers there are: the requestor who looks for a lookup service.
///
/// It is no responder, so it asks from a port of its own and is answered alone. Source: RFC 6762,
/// section 5.1.
package final class Discovery {
    /// A datagram may be lost, so questions are asked again.
    private static let interval = Microseconds(500_000)
    /// What fits into a question without its being cut.
    private static let mostQuestions = 20

    private let sockets: [MulticastSocket]
    private let clock: any EngineClock
    private var found = DiscoveredServers()
    private var nextQuestion = Microseconds.zero
    private var id: UInt16 = 0

    /// - Parameters:
    ///   - interfaces: Where to ask.
    ///   - clock: Says when to ask again.
    /// - Throws: A `MulticastError` where one cannot multicast.
    package init(on interfaces: [NetworkInterface], clock: any EngineClock) throws {
        self.clock = clock
        sockets = try interfaces.map { interface in
            do throws(SystemError) {
                return try MulticastSocket(
                    Advertiser.group,
                    on: interface,
                    as: .sender,
                    timeToLive: 255
                )
            } catch {
                throw MulticastError.failed(interface: interface.name, error)
            }
        }
    }

    /// Asks, and listens to the answers.
    ///
    /// - Parameters:
    ///   - limit: For how long.
    ///   - isEnough: Ends it before.
    /// - Returns: Who was found.
    /// - Throws: Where the operating system cannot even wait.
    package func search(
        atMost limit: Duration,
        until isEnough: ([DiscoveredServer]) -> Bool
    ) throws(SystemError) -> [DiscoveredServer] {
        let end = clock.now + Microseconds(limit)
        while clock.now < end, !isEnough(found.complete) {
            if clock.now >= nextQuestion { ask() }
            for socket in sockets {
                // One after the other, briefly: the answers wait in the system's buffers.
                let wait = min(nextQuestion, end) - clock.now
                try socket.wait(atMost: min(wait, Microseconds(20_000)).duration)
                try receive(socket)
            }
        }
        return found.complete
    }

    private func ask() {
        nextQuestion = clock.now + Self.interval
        id &+= 1
        let type = DNSQuestion(AdvertisedService.type, DNSType.ptr)
        let questions = [type] + found.questions.prefix(Self.mostQuestions)
        // An interface without a way out is no reason not to ask on the others.
        for socket in sockets {
            try? socket.send(DNSMessage(id: id, questions: questions).bytes)
        }
    }

    private func receive(_ socket: MulticastSocket) throws(SystemError) {
        while let (bytes, peer) = try socket.receive(atMost: DNSMessage.longest) {
            guard let address = peer.ipv4Address, socket.interface.isOnLink(address),
                peer.port == Advertiser.group.port, let message = try? DNSMessage(bytes),
                message.isResponse, message.isOrdinary
            else { continue }
            let questions = found.questions
            let zone = UInt32(socket.interface.index)
            found.add(message.answers + message.additionals, from: zone)
            // What is missing is asked for at once.
            if found.questions != questions, !found.questions.isEmpty { nextQuestion = .zero }
        }
    }
}
