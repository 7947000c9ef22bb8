/// Agents: remote clients' sides of a program, executed by one engine thread for all of them.
extension Kernel {
    /// The agent that has been ready the longest; its executor calls this until there is none, and
    /// then parks.
    package func nextReadyAgent() -> ThreadID? {
        lock.withLock {
            guard let id = cold.pointee.readyAgents.popFirst() else { return nil }
            thread(id).pointee.isListedReady = false
            return id
        }
    }

    /// Lists an agent once; a thread knows by itself that it may go on.
    func listReady(_ thread: ThreadPointer) {
        guard thread.pointee.isAgent, !thread.pointee.isListedReady else { return }
        thread.pointee.isListedReady = true
        cold.pointee.readyAgents.append(thread.pointee.id)
    }

    /// After a pause, every agent that is not blocked goes on.
    func listReadyAgents() {
        for index in 0..<cold.pointee.threadCount where threads[index].pointee.isAgent {
            if threads[index].pointee.phase == .ready { listReady(threads[index]) }
        }
    }
}
