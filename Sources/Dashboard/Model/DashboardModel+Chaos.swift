import Core

/// What the keyboard does to the selected thread on purpose.
extension DashboardModel {
    mutating func killOrRevive() -> [Effect] {
        guard let thread = victim(to: "kill") else { return [] }
        if thread.wasKilled {
            notice = "\(thread.name) begins anew"
            return [.revive(thread.id)]
        }
        guard thread.phase != .ended else {
            notice = "\(thread.name) has ended by itself"
            return []
        }
        guard !live.state.isCommitted(thread) else {
            notice = "a sender is on its way to \(thread.name): it cannot be killed before they met"
            return []
        }
        notice =
            thread.job.map {
                "\(thread.name) was killed; job \($0.id) goes back, to be produced again"
            }
            ?? "\(thread.name) was killed; x revives it"
        return [.kill(thread.id)]
    }

    mutating func slowDown() -> [Effect] {
        guard let thread = victim(to: "slow") else { return [] }
        guard thread.role == .consumer else {
            notice = "only a consumer has jobs to be slow with; ↑ ↓ select one"
            return []
        }
        notice =
            thread.isSlow
            ? "\(thread.name) is as fast as the others again"
            : "\(thread.name) is slow: its jobs take \(Rate.slowness) times as long"
        return [.slow(thread.id, !thread.isSlow)]
    }

    /// The selected thread, if it is one of the engine's own.
    private mutating func victim(to deed: String) -> ThreadActivity? {
        guard focus == .threads else {
            // Nobody is to be killed whom the user does not see marked.
            focus = .threads
            notice = "↑ ↓ select a thread, then x kills or revives it, X makes it slow"
            return nil
        }
        guard let thread = selectedThread else {
            notice = "there is no thread to \(deed)"
            return nil
        }
        guard !thread.isAgent else {
            notice = "\(thread.name) stands for a remote client, and has no thread to \(deed)"
            return nil
        }
        return thread
    }
}
