/// The monitor with one condition variable, as small as can be: an oracle that shares no code with
/// the engine.
///
/// Inside the mutex nobody disturbs, so a visit to the monitor is one step: look, then insert or
/// remove and notify the longest waiter, or go to sleep at the queue's end. A thread that was
/// notified looks again like one that comes.
///
/// Source: the theorem 2N >= P + C is M. Kuppe's, *BlockingQueue*, a tutorial of TLA+.
struct OneConditionModel {
    private struct Situation: Hashable {
        var filled = 0
        /// Who sleeps, the longest first: `true` for a producer.
        var sleepers: [Bool] = []
        var awakeProducers: Int
        var awakeConsumers: Int

        mutating func wake(_ isProducer: Bool, _ change: Int) {
            if isProducer { awakeProducers += change } else { awakeConsumers += change }
        }
    }

    let canDeadlock: Bool

    init(_ shape: Shape) {
        let start = Situation(
            awakeProducers: shape.producers,
            awakeConsumers: shape.consumers
        )
        var known: Set = [start]
        var edge = [start]
        while let situation = edge.popLast() {
            for next in Self.steps(from: situation, capacity: shape.capacity)
            where known.insert(next).inserted {
                edge.append(next)
            }
        }
        canDeadlock = known.contains { $0.awakeProducers + $0.awakeConsumers == 0 }
    }

    private static func steps(from situation: Situation, capacity: Int) -> [Situation] {
        var next: [Situation] = []
        if situation.awakeProducers > 0 {
            next.append(visit(situation, isProducer: true, mayGoOn: situation.filled < capacity))
        }
        if situation.awakeConsumers > 0 {
            next.append(visit(situation, isProducer: false, mayGoOn: situation.filled > 0))
        }
        return next
    }

    private static func visit(
        _ situation: Situation,
        isProducer: Bool,
        mayGoOn: Bool
    ) -> Situation {
        var next = situation
        guard mayGoOn else {
            next.sleepers.append(isProducer)
            next.wake(isProducer, -1)
            return next
        }
        next.filled += isProducer ? 1 : -1
        if !next.sleepers.isEmpty { next.wake(next.sleepers.removeFirst(), 1) }
        return next
    }
}
