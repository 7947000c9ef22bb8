extension AdvertiserState {
    /// As many single askers as that are answered at once, and then one in 10 ms.
    private static let unicastBurst = Microseconds(1_000_000)
    private static let unicastPause = Microseconds(10_000)
    /// Programs that are no responders themselves do not notice when a record changes, so they may
    /// not keep it for long; RFC 6762, section 6.7.
    private static let longestForOthers: UInt32 = 10
    /// The defence of a name waits less than other answers; RFC 6762, section 6.
    private static let defencePause = Microseconds(250_000)

    /// Takes a datagram in; what it leads to is sent by the next `advance`.
    ///
    /// - Parameters:
    ///   - datagram: The whole of it.
    ///   - peer: Who sent it.
    ///   - now: When it came.
    /// - Returns: Why it changes nothing, where it is worth counting.
    package mutating func receive(
        _ datagram: [UInt8],
        from peer: SocketAddress,
        at now: Microseconds
    ) -> Refusal? {
        guard let address = peer.ipv4Address, interface.isOnLink(address) else { return .offLink }
        guard let message = try? DNSMessage(datagram) else { return .malformed }
        guard message.isOrdinary, phase != .over else { return nil }
        if message.isResponse {
            // Only responders are believed; RFC 6762, section 6. Nobody is ever answered here.
            if peer.port == Self.port { hear(message, at: now) }
            return nil
        }
        if isGivingWay(to: message.authorities, at: now) { return nil }
        guard isKnown else { return nil }
        return answer(message, from: peer, at: now)
    }

    private mutating func answer(
        _ message: DNSMessage,
        from peer: SocketAddress,
        at now: Microseconds
    ) -> Refusal? {
        if message.questions.isEmpty {
            forget(knownTo: peer, message.answers)
            return nil
        }
        let known = Set(told.indices.filter { isKnown(told[$0].record, in: message.answers) })
        func answers(_ question: DNSQuestion) -> [Int] {
            told.indices.filter { question.isAnswered(by: told[$0].record) && !known.contains($0) }
        }
        guard peer.port == Self.port else {
            if DatagramReceiver.reservedPorts.contains(peer.port) { return nil }
            return answerAlone(message, Set(message.questions.flatMap(answers)), peer, at: now)
        }
        // Of several programs on one machine only one would get what is sent to its port.
        let isNeighbour = peer.ipv4Address.map { !ownAddresses.contains(.a($0)) } ?? false
        var alone: Set<Int> = []
        var everybody: Set<Int> = []
        for question in message.questions {
            for index in answers(question) {
                let isFresh = wasToldLately(index, at: now) && message.authorities.isEmpty
                if question.wantsUnicast && isFresh && isNeighbour {
                    alone.insert(index)
                } else {
                    everybody.insert(index)
                }
            }
        }
        schedule(everybody, for: message, from: peer, at: now)
        alone.subtract(everybody)
        return alone.isEmpty ? nil : answerAlone(message, alone, peer, at: now)
    }

    /// Lets answers to everybody wait a little: others may be answering too, and more may ask.
    private mutating func schedule(
        _ indices: Set<Int>,
        for message: DNSMessage,
        from peer: SocketAddress,
        at now: Microseconds
    ) {
        guard !indices.isEmpty else { return }
        let isProbe = !message.authorities.isEmpty
        let delay = isProbe ? .zero : wait(message.isTruncated ? 400...500 : 20...120)
        for index in indices {
            let pause = isProbe ? Self.defencePause : Self.second
            let earliest = told[index].last.map { $0 + pause } ?? .zero
            let time = max(now + delay, earliest)
            if let due = told[index].due {
                told[index].due = min(due, time)
                if told[index].asker != peer { told[index].asker = nil }
            } else {
                (told[index].due, told[index].asker) = (time, peer)
            }
        }
    }

    /// The rest of a list of known answers: what one asker knows need not be told to it alone.
    private mutating func forget(knownTo peer: SocketAddress, _ answers: [DNSRecord]) {
        for index in told.indices
        where told[index].asker == peer && isKnown(told[index].record, in: answers) {
            (told[index].due, told[index].asker) = (nil, nil)
        }
    }

    /// Whether the asker has it for at least half its time; RFC 6762, section 7.1.
    private func isKnown(_ record: DNSRecord, in answers: [DNSRecord]) -> Bool {
        answers.contains { $0.saysTheSame(as: record) && $0.timeToLive >= record.timeToLive / 2 }
    }

    /// Whether everybody has heard it within a quarter of its time; RFC 6762, section 5.4.
    private func wasToldLately(_ index: Int, at now: Microseconds) -> Bool {
        let quarter = Self.second * UInt64(told[index].record.timeToLive / 4)
        return told[index].last.map { now - $0 < quarter } ?? false
    }

    /// Answers one asker: a responder that wants it so, or a program that is none, which gets its
    /// question back and knows nothing of the bit that flushes caches. RFC 6762, section 6.7.
    private mutating func answerAlone(
        _ message: DNSMessage,
        _ indices: Set<Int>,
        _ peer: SocketAddress,
        at now: Microseconds
    ) -> Refusal? {
        guard !indices.isEmpty else { return nil }
        guard nextUnicast <= now + Self.unicastBurst else { return .tooManyAsked }
        nextUnicast = max(nextUnicast, now) + Self.unicastPause
        let isOther = peer.port != Self.port
        func records(_ indices: Set<Int>) -> [DNSRecord] {
            indices.sorted().map { index in
                var record = told[index].record
                guard isOther else { return record }
                record.flushesCache = false
                record.timeToLive = min(record.timeToLive, Self.longestForOthers)
                return record
            }
        }
        let reply = DNSMessage(
            id: isOther ? message.id : 0,
            flags: DNSMessage.authoritativeAnswer,
            questions: isOther ? message.questions : [],
            answers: records(indices),
            additionals: records(companions(of: indices))
        )
        outbox.append(Outgoing(message: reply, peer: peer))
        return nil
    }
}
