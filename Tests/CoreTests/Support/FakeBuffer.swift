@testable import Core

/// A buffer without an engine, for tests of those who use one: calls that cannot go on wait until
/// the test lets them.
final class FakeBuffer: RemoteBuffer {
    let capacity: Int
    private(set) var jobs: [TakenJob] = []
    /// Puts that were begun, also those that were refused.
    private(set) var putCount = 0
    private(set) var takeCount = 0
    private(set) var withdrawn: [AgentCall] = []
    /// Outcomes that the next calls get, whatever the buffer holds.
    var nextPut: [PutOutcome] = []
    var nextTake: [TakeOutcome] = []
    private var puts: [(AgentCall, Offer, (PutOutcome) -> Void)] = []
    private var takes: [(AgentCall, (TakeOutcome) -> Void)] = []
    private var whenExecuted: [UInt64: () -> Void] = [:]
    private var produced: UInt64 = 0
    private var consumed: UInt64 = 0
    private var calls: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var waitingPuts: Int { puts.count }
    var waitingTakes: Int { takes.count }

    func put(
        _ offer: Offer,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (PutOutcome) -> Void
    ) -> AgentCall? {
        putCount += 1
        if !nextPut.isEmpty {
            whenDone(nextPut.removeFirst())
        } else if jobs.count < capacity {
            insert(offer, whenDone)
            serveTakes()
        } else if patience.forUnit == .zero {
            whenDone(.full)
        } else {
            puts.append((newCall(), offer, whenDone))
            return puts.last?.0
        }
        return nil
    }

    func take(
        largest: Int?,
        _ patience: Patience,
        for client: String,
        whenDone: @escaping (TakeOutcome) -> Void
    ) -> AgentCall? {
        takeCount += 1
        if !nextTake.isEmpty {
            whenDone(nextTake.removeFirst())
        } else if let next = jobs.first {
            guard next.payload.map({ $0.bytes.count <= largest ?? .max }) ?? true else {
                whenDone(.tooLarge)
                return nil
            }
            remove(whenDone)
            servePuts()
        } else if patience.forUnit == .zero {
            whenDone(.empty)
        } else {
            takes.append((newCall(), whenDone))
            return takes.last?.0
        }
        return nil
    }

    func withdraw(_ call: AgentCall) {
        withdrawn.append(call)
        puts.removeAll { $0.0 == call }
        takes.removeAll { $0.0 == call }
    }

    func deny(_ call: AgentCall) {
        let puts = puts.filter { $0.0 == call }
        let takes = takes.filter { $0.0 == call }
        withdraw(call)
        for put in puts { put.2(.refused(.denied)) }
        for take in takes { take.1(.refused(.denied)) }
    }

    var counts: BufferCounts {
        var counts = BufferCounts()
        counts.produced = produced
        counts.consumed = consumed
        counts.depth = jobs.count
        counts.capacity = capacity
        counts.empty = capacity - jobs.count
        counts.full = jobs.count
        counts.waitingPut = puts.count
        counts.waitingTake = takes.count
        return counts
    }

    /// The calls that wait get this outcome.
    func endPuts(_ outcome: PutOutcome) {
        let ended = puts
        puts = []
        for (_, _, whenDone) in ended { whenDone(outcome) }
    }

    func endTakes(_ outcome: TakeOutcome) {
        let ended = takes
        takes = []
        for (_, whenDone) in ended { whenDone(outcome) }
    }

    /// What a consumer thread of the engine would do.
    func executeNext() {
        guard !jobs.isEmpty else { return }
        remove { _ in }
        servePuts()
    }

    private func newCall() -> AgentCall {
        calls += 1
        return AgentCall(agent: ThreadID(Int(calls)), number: calls)
    }

    private func insert(_ offer: Offer, _ whenDone: (PutOutcome) -> Void) {
        produced += 1
        jobs.append(
            TakenJob(
                id: produced,
                device: offer.device,
                cpuTime: offer.cpuTime,
                payload: offer.payload,
                depth: 0
            )
        )
        whenExecuted[produced] = offer.whenExecuted
        whenDone(.inserted(id: produced, depth: jobs.count))
    }

    private func remove(_ whenDone: (TakeOutcome) -> Void) {
        let job = jobs.removeFirst()
        consumed += 1
        whenDone(
            .taken(
                TakenJob(
                    id: job.id,
                    device: job.device,
                    cpuTime: job.cpuTime,
                    payload: job.payload,
                    depth: jobs.count
                )
            )
        )
        whenExecuted.removeValue(forKey: job.id)?()
    }

    private func servePuts() {
        while !puts.isEmpty, jobs.count < capacity {
            let (_, offer, whenDone) = puts.removeFirst()
            insert(offer, whenDone)
        }
        serveTakes()
    }

    private func serveTakes() {
        while !takes.isEmpty, !jobs.isEmpty { remove(takes.removeFirst().1) }
        if !puts.isEmpty, jobs.count < capacity { servePuts() }
    }
}
