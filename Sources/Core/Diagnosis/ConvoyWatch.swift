/// Units that go from waiter to waiter, so that whoever runs has to stop for who does not run yet.
struct ConvoyWatch {
    private let isOn: Bool
    /// Hand-overs in a row, by semaphore.
    private var rows = [0, 0, 0]

    /// So many in a row are a convoy.
    static let bound = 64

    init(isOn: Bool) {
        self.isOn = isOn
    }

    mutating func reset() {
        rows = [0, 0, 0]
    }

    /// Takes note of one event.
    ///
    /// - Parameters:
    ///   - fact: What happened.
    ///   - after: The state after it.
    /// - Returns: Whether a convoy may have begun or ended.
    mutating func note(_ fact: Event.Fact, _ after: EngineState) -> Bool {
        guard isOn else { return false }
        switch fact {
        case .signalled(let name, let other):
            return set(name, other != nil && after.isQueueing(at: name))
        case .waitedCondition(_, let other):
            return set(.mutex, other != nil && after.isQueueing(at: .mutex))
        default:
            return false
        }
    }

    /// The convoy that goes on, if one does.
    func convoy(in state: EngineState) -> Fault? {
        for name in [SemaphoreName.mutex, .empty, .full] {
            let row = rows[Int(name.rawValue)]
            guard row >= ConvoyWatch.bound else { continue }
            var fault = Fault(.convoy, in: state, threads: state[name].waiters, count: row)
            fault.semaphore = name
            return fault
        }
        return nil
    }

    private mutating func set(_ name: SemaphoreName, _ isOneMore: Bool) -> Bool {
        let index = Int(name.rawValue)
        let was = rows[index]
        rows[index] = isOneMore ? was + 1 : 0
        return max(was, rows[index]) >= ConvoyWatch.bound
    }
}

extension EngineState {
    /// Whether others wait there although the buffer is no reason to.
    ///
    /// A full buffer makes producers wait, and an empty one consumers, without any convoy; when
    /// both wait, the units are in the hands of threads that do not run yet. In a rendezvous units
    /// are to be handed over.
    fileprivate func isQueueing(at name: SemaphoreName) -> Bool {
        guard self[name].waiterCount > 0, !isRendezvous else { return false }
        switch name {
        case .mutex: return true
        case .empty: return self[.full].waiterCount > 0
        case .full: return self[.empty].waiterCount > 0
        }
    }
}
