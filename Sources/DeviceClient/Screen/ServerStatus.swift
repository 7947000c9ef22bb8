import Core

/// What a server's STATUS tells, by a remote call over UDP.
enum ServerStatus {
    private static let patience = Duration.milliseconds(900)

    /// Asks once; `nil` where no reply comes within a second, or one that says no.
    static func ask(_ server: SocketAddress, _ credentials: Credentials) -> BufferCounts? {
        do throws(RemoteCallFailure) {
            let client = try RemoteClient(server, over: .udp, credentials, timeout: patience)
            guard case .counts(let told) = try client.doOperation(.status, timeout: patience) else {
                return nil
            }
            return BufferCounts(told)
        } catch {
            return nil
        }
    }
}

extension BufferCounts {
    /// Where nobody waits or is in the critical section, the semaphores follow from the slots.
    fileprivate init(_ told: RemoteCounts) {
        self.init()
        produced = told.produced
        consumed = told.consumed
        depth = Int(told.depth)
        capacity = Int(told.capacity)
        full = Int(told.depth)
        empty = Int(told.capacity) - Int(min(told.depth, told.capacity))
        waitingPut = Int(told.waitingPut)
        waitingTake = Int(told.waitingTake)
    }
}
