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

    /// The agent's slice is used up, and it goes on after the others that are ready.
    package func listAgain(_ id: ThreadID) {
        lock.withLock { listReady(thread(id)) }
    }

    /// Lists an agent once; a thread knows by itself that it may go on.
    func listReady(_ thread: ThreadPointer) {
        guard thread.pointee.isAgent, !thread.pointee.isListedReady else { return }
        thread.pointee.isListedReady = true
        cold.pointee.readyAgents.append(thread.pointee.id)
    }

    /// Lists every agent that may go on: those that are not blocked, or were woken and have not tried
    /// again; in a pause only who is permitted a statement; after the end all.
    func listReadyAgents() {
        let isHeld = state.pointee.isPaused && !state.pointee.isCancelled
        for index in 0..<cold.pointee.threadCount {
            let thread = threads[index]
            let mayGoOn =
                switch thread.pointee.phase {
                case .ready, .executing: true
                case .blocked: thread.pointee.isWoken || state.pointee.isCancelled
                case .awaitingJobs: state.pointee.isCancelled
                case .ended: false
                }
            if mayGoOn, !isHeld || thread.pointee.permits > 0 { listReady(thread) }
        }
    }
}
