import Core
import Testing

/// How many slots and threads an engine has.
struct Shape: Hashable, Sendable, CustomTestStringConvertible {
    let capacity: Int
    let producers: Int
    let consumers: Int

    init(_ capacity: Int, _ producers: Int, _ consumers: Int) {
        self.capacity = capacity
        self.producers = producers
        self.consumers = consumers
    }

    var testDescription: String { "N=\(capacity) P=\(producers) C=\(consumers)" }

    /// All with at most so many slots and threads of each role.
    static func all(slots: Int, threads: Int) -> [Shape] {
        (1...slots).flatMap { capacity in
            (1...threads).flatMap { producers in
                (1...threads).map { Shape(capacity, producers, $0) }
            }
        }
    }

    /// An engine of this shape, paused before its first statement.
    func state(_ programs: ProgramPair) -> EngineState {
        var state = EngineState(capacity: capacity, programs: programs, rate: .normal)
        for number in 0..<producers + consumers {
            let isProducer = number < producers
            let fact = Event.Fact.threadJoined(
                isProducer ? .producer : .consumer,
                ordinal: isProducer ? number + 1 : number - producers + 1,
                isAgent: false
            )
            state.apply(Event(fact, by: ThreadID(number), at: .zero))
        }
        state.apply(Event(.paused, by: nil, at: .zero))
        return state
    }
}
