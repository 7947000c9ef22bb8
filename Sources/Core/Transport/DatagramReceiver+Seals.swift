/// Datagrams that are sealed, and the replies to them.
extension DatagramReceiver {
    /// Whether it claims to be sealed by a peer whose seals were right: whoever forges its address
    /// must not use up what it may send, so its quota waits until the seal was looked at.
    func isSeal(
        of peer: SocketAddress,
        _ datagram: Slice<UnsafeMutableBufferPointer<UInt8>>,
        _ now: Microseconds
    ) -> Bool {
        guard seals != nil, let room, room.guards(peer),
            SealedDatagram.isMarked(UnsafeBufferPointer(rebasing: datagram).span)
        else { return false }
        return room.knowsSeals(of: peer, at: now)
    }

    /// Serves what is in a sealed datagram, once.
    func open(
        _ datagram: UnsafeBufferPointer<UInt8>,
        isCounted: Bool,
        _ arrival: Microseconds,
        _ batch: inout ReceiveBatch
    ) {
        guard let seals else { return refuse(.sealed, batch.peer) }
        do throws(SealError) {
            let sealed = try seals.open(datagram, from: batch.peer)
            let peer = batch.peer
            if let denial = room?.denial(ofSealFrom: peer, isCounted: isCounted, at: arrival) {
                batch.denied += 1
                return refuse(denial.refusal, peer)
            }
            let message = UnsafeBufferPointer(rebasing: datagram[sealed.payload])
            let dialect = DatagramDialect(message.span)
            serve(dialect, message, sealedWith: sealed.nonce, arrival, &batch)
        } catch {
            refuse(error.refusal, batch.peer)
        }
    }

    /// A place for the reply, which is the message again, sealed where the message was; `nil` where
    /// there is none.
    func ticket(
        _ message: UnsafeBufferPointer<UInt8>,
        sealedWith nonce: UInt64?,
        _ peer: SocketAddress
    ) -> ReplyTicket? {
        guard let replies else { return ReplyTicket.none }
        guard let nonce else {
            let reply = UnsafeRawBufferPointer(message)
            return replies.ticket(for: peer, socket: socketIndex, request: reply)
        }
        return seals?.reply(message, to: nonce)?.withUnsafeBytes {
            replies.ticket(for: peer, socket: socketIndex, request: $0)
        }
    }
}
