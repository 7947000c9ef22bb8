/// Somebody who makes remote calls: a TCP connection, or the sender of a datagram.
///
/// It belongs to the event loop.
package final class RemoteCaller {
    package enum Transport: Sendable {
        case udp
        case tcp
    }

    /// A call that goes on in a buffer.
    struct Waiting {
        let call: AgentCall
        let buffer: any RemoteBuffer
    }

    package let transport: Transport
    package let address: SocketAddress
    /// How far it is let in.
    package let standing: Standing
    /// Who stands behind its agents, for people.
    let label: String
    /// The same, as the guard sees it.
    let guest: Guest
    /// What is remembered of a connection; a datagram's sender is found by its address.
    let memory: ReplyHistory.Peer
    private let send: (UnsafeRawBufferPointer) -> Void
    private var calls: [Waiting?] = []
    private var waits: [RoomGuard.Wait?] = []
    private var freePlaces: [Int] = []
    private(set) var isClosed = false

    /// - Parameters:
    ///   - transport: How it calls.
    ///   - address: Where it is.
    ///   - standing: How far it is let in.
    ///   - label: Its name for people, sanitised.
    ///   - guest: Whom the guard knows it as; `nil` where nobody guards.
    ///   - send: Sends it a reply, whose bytes are valid only during the call.
    package init(
        _ transport: Transport,
        at address: SocketAddress,
        _ standing: Standing,
        label: String,
        guest: Guest? = nil,
        send: @escaping (UnsafeRawBufferPointer) -> Void
    ) {
        self.transport = transport
        self.address = address
        self.standing = standing
        self.label = label
        self.guest = guest ?? Guest(at: address, isDatagram: transport == .udp)
        memory = ReplyHistory.Peer(isConnection: transport == .tcp)
        self.send = send
    }

    /// How many of its calls wait in the buffer.
    package var callsUnderWay: Int { calls.count - freePlaces.count }

    func reply(_ bytes: UnsafeRawBufferPointer) {
        if !isClosed { send(bytes) }
    }

    /// A place for a call that is about to be made.
    ///
    /// - Parameter device: Whose job it puts; `nil` where it takes one.
    /// - Returns: The place.
    func begin(_ device: DeviceID? = nil) -> Int {
        let wait = guest.beginWait(of: device)
        if let place = freePlaces.popLast() {
            waits[place] = wait
            return place
        }
        calls.append(nil)
        waits.append(wait)
        return calls.count - 1
    }

    /// The call goes on, and can be withdrawn.
    func goesOn(_ call: AgentCall, in buffer: any RemoteBuffer, at place: Int) {
        calls[place] = Waiting(call: call, buffer: buffer)
    }

    func end(_ place: Int) {
        guest.end(waits[place])
        waits[place] = nil
        calls[place] = nil
        freePlaces.append(place)
    }

    /// It was told to go: its calls that wait end, and it is told so.
    func deny() {
        for waiting in calls.compactMap({ $0 }) { waiting.buffer.deny(waiting.call) }
    }

    /// No reply can reach it any more.
    ///
    /// - Returns: The calls that went on.
    func close() -> [Waiting] {
        isClosed = true
        for wait in waits { guest.end(wait) }
        waits = Array(repeating: nil, count: waits.count)
        return calls.compactMap { $0 }
    }
}
