/// The semaphores' events in the words of a meeting, where there are no slots to count.
extension Sentences {
    /// `nil` where the usual words are right.
    func meeting(_ fact: Event.Fact, _ id: ThreadID, _ state: EngineState) -> String? {
        guard state.isRendezvous, let thread = state[id] else { return nil }
        switch fact {
        case .waited(.empty) where thread.lendsUnit: return "is not ready to receive any more"
        case .waited(.empty): return "has found a receiver\(more(state[.empty].value - 1))"
        case .waited(.full): return "is told that its message is there"
        case .blocked(.empty), .timedOut(.empty):
            return "\(verb(fact, thread)): no receiver is ready"
        case .blocked(.full), .timedOut(.full):
            let isAwaited = state.isCommitted(thread)
            return "\(verb(fact, thread))\(isAwaited ? ", who is on its way" : ": none has come")"
        case .signalled(.empty, let sender) where thread.role == .consumer:
            return "is ready to receive\(name(sender, state, "waited as a sender"))"
        case .signalled(.empty, let sender):
            return "lets its receiver go\(name(sender, state, "goes to it instead"))"
        case .signalled(.full, let receiver):
            return "said that its message is there\(name(receiver, state, "waited for it"))"
        default: return nil
        }
    }

    private func verb(_ fact: Event.Fact, _ thread: ThreadActivity) -> String {
        let partner = thread.role == .producer ? "a receiver" : "a sender"
        guard case .timedOut = fact else { return "waits for \(partner)" }
        return thread.phase == .ready
            ? "does not wait for \(partner)" : "gave up waiting for \(partner)"
    }

    private func more(_ count: Int) -> String {
        count > 0 ? ": \(count) more ready" : ""
    }

    private func name(_ other: ThreadID?, _ state: EngineState, _ deed: String) -> String {
        other.map { ": \(state.name(of: $0)) \(deed)" } ?? ""
    }
}
