import NIOCore

/// Who answers which dialect: one service each, for connections and for datagrams. Used on the event
/// loop only.
final class Dialects {
    /// A datagram's reply must fit into one, where a payload may be written in six bytes for one.
    private static let largestInDatagram = Payload.largestBody

    private let devices: DeviceTable
    private let tally: NetworkTally
    private let settings: Network.Settings
    private let room: RoomGuard
    private let standard: MailboxServices
    /// At ports where another mailbox is meant.
    private let others: [UInt16: MailboxServices]
    private let pages: HTTPPages
    private let watching: WatchServices?
    /// Jobs in datagrams that wait for a slot. They wait without limit, so they may not take all
    /// the calls there are.
    private var waitingJobs = 0
    private let waitingCalls = DatagramCalls()

    init(
        _ mailboxes: Mailboxes,
        devices: DeviceTable,
        tally: NetworkTally,
        settings: Network.Settings,
        room: RoomGuard,
        clock: any EngineClock,
        watching: WatchServices?,
        report: @escaping () -> ServerReport
    ) {
        self.watching = watching
        self.devices = devices
        self.tally = tally
        self.settings = settings
        self.room = room
        let registry = Registry(
            own: settings.addresses.first,
            numbers: SystemRandomNumberGenerator(),
            tally: tally,
            publish: { [registered = settings.registered] in registered.entries = $0 }
        )
        func services(_ mailboxes: Mailboxes) -> MailboxServices {
            MailboxServices(
                mailboxes,
                registry: registry,
                devices: devices,
                tally: tally,
                moment: settings.reply,
                historySlots: settings.quotas.historySlots,
                clock: clock
            )
        }
        standard = services(mailboxes)
        others = settings.mailboxOfPort.compactMapValues { mailboxes.meaning($0).map(services) }
        pages = HTTPPages(allowedHosts: settings.allowedHosts, watching: watching) {
            var report = report()
            if let book = watching?.book { report.watching = .init(book) }
            return report
        }
    }

    /// Watchers are told how it ended, and nothing more.
    func endWatching() { watching?.finish() }

    private func services(atPort port: UInt16) -> MailboxServices {
        others.isEmpty ? standard : others[port] ?? standard
    }

    // MARK: - Connections

    /// Adds a dialect's handlers to the end of a connection's pipeline.
    func begin(_ dialect: StreamDialect, _ channel: any Channel, _ connection: Connection) {
        do {
            try add(dialect, channel, connection)
        } catch {
            channel.close(promise: nil)
        }
    }

    private func add(
        _ dialect: StreamDialect,
        _ channel: any Channel,
        _ connection: Connection
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let address = channel.peerAddress
        let standing = settings.admission.standing(
            ofClient: address,
            isCertified: connection.isCertified
        )
        let token = standing == .trusted ? nil : settings.admission.token
        let guest = Guest(of: room, at: address)
        connection.guest = guest
        let patience = time(settings.limits.message, connection)
        let port = UInt16(clamping: channel.localAddress?.port ?? 0)
        let services = services(atPort: port)
        switch dialect {
        case .remoteCalls:
            let handler = RemoteCallHandler(
                services.remoteCalls,
                client: address,
                guest: guest,
                tally: tally,
                standing: standing,
                mostCalls: settings.limits.callsPerConnection,
                recordTime: patience,
                longestRecord: settings.limits.longestRecord
            )
            connection.busy = handler
            try pipeline.addHandler(handler)
        case .json:
            let handler = JSONHandler(
                service: services.requests,
                tally: tally,
                client: "\(address)",
                token: token,
                guest: guest,
                patience: patience,
                longest: settings.limits.longestJSON
            )
            connection.busy = handler
            try pipeline.addHandler(handler)
        case .text where standing == .unknown:
            // A text client has no way to show it.
            tally.count(.tokenMissing, by: address)
            channel.close(promise: nil)
        case .text:
            let handler = TextHandler(
                service: services.textJobs,
                client: "\(address)",
                guest: guest,
                longest: settings.limits.longestText
            )
            connection.busy = handler
            try pipeline.addHandler(handler)
        case .http:
            try HTTPHandler.add(
                to: pipeline,
                pages: pages.asking(for: token, meaning: settings.mailboxOfPort[port]),
                tally: tally,
                client: address,
                patience: patience,
                idle: time(settings.limits.idle, connection),
                longestHead: settings.limits.longestHead
            )
        case .secured, .unknown:
            channel.close(promise: nil)
        }
    }

    /// Where there is no limit, a time that nobody lives to see.
    private func time(
        _ limit: ConnectionLimits.PeerLimit<Microseconds>,
        _ connection: Connection
    ) -> TimeAmount {
        let limit = limit.value(isLoopback: connection.isLoopback)
        return limit.map { .microseconds(Int64(clamping: $0.count)) } ?? .hours(24 * 365)
    }

    // MARK: - Datagrams

    /// Ends the calls in datagrams that wait, of an address that was kicked out.
    func denyCalls(from network: SocketAddress) { waitingCalls.denyAll(from: network) }

    func serve(
        _ call: DatagramCall,
        _ datagram: [UInt8],
        from peer: SocketAddress,
        through socket: DatagramSocket,
        _ standing: Standing,
        sealedWith nonce: UInt64?
    ) {
        let (tally, seals) = (tally, settings.seals)
        let services = services(atPort: socket.address.port)
        func send(_ reply: UnsafeRawBufferPointer) {
            if let nonce {
                guard let sealed = seals?.reply(reply, to: nonce) else {
                    return tally.count(.replyUndeliverable, by: peer)
                }
                sealed.withUnsafeBytes(sendPlainly)
            } else {
                sendPlainly(reply)
            }
        }
        func sendPlainly(_ reply: UnsafeRawBufferPointer) {
            do throws(SystemError) {
                try socket.send(reply, to: peer)
            } catch {
                tally.count(.replyUndeliverable, by: peer)
            }
        }
        let guest = Guest(of: room, at: peer, isDatagram: true)
        var number: Int?
        func answer(_ reply: UnsafeRawBufferPointer) {
            waitingCalls.remove(number, from: peer)
            send(reply)
        }
        switch call {
        case .remoteCall:
            let calls = services.remoteCalls
            let caller = calls.caller(at: peer, standing, as: guest, reply: answer)
            datagram.withUnsafeBytes { _ = calls.receive($0, from: caller) }
            guard caller.callsUnderWay > 0 else { return }
            number = waitingCalls.add(from: peer) { caller.deny() }
        case .json:
            let call = services.requests.answer(
                datagram,
                from: "\(peer)",
                as: guest,
                largest: Self.largestInDatagram
            ) { reply in reply.withUnsafeBytes(answer) }
            number = call.map { call in waitingCalls.add(from: peer) { call.deny() } }
        case .text:
            put(datagram, from: guest, into: services.buffer) { datagram.withUnsafeBytes(send) }
        }
    }

    private func put(
        _ datagram: [UInt8],
        from guest: Guest,
        into buffer: any RemoteBuffer,
        reply: @escaping () -> Void
    ) {
        let peer = guest.address
        guard let text = try? TextJob(datagram.span) else {
            return tally.count(.notAJob, by: peer)
        }
        guard waitingJobs < settings.limits.calls / 2 else {
            return tally.count(.tooManyCalls, by: peer)
        }
        let device = text.withName(in: datagram.span) { devices.device(named: $0) }
        if let denial = guest.denial(of: device) ?? guest.denial(ofWaitOf: device) {
            return tally.count(denial.event, by: peer, device: devices.name(of: device))
        }
        let moment = settings.reply
        let offer = Offer(
            device: device,
            cpuTime: text.cpuTime,
            whenExecuted: moment == .done ? reply : nil,
            sender: guest.sender
        )
        waitingJobs += 1
        let wait = guest.beginWait(of: device)
        var number: Int?
        let call = buffer.put(offer, .endless, for: "\(peer)") { [self] outcome in
            waitingCalls.remove(number, from: peer)
            waitingJobs -= 1
            guest.end(wait)
            switch outcome {
            case .inserted:
                if moment == .receipt { reply() }
            case .refused(.tooManyCalls):
                tally.count(.tooManyCalls, by: peer)
            case .refused(.denied), .refused(.stopping), .full, .timedOut, .late:
                break
            }
        }
        number = call.map { call in waitingCalls.add(from: peer) { buffer.deny(call) } }
    }
}
