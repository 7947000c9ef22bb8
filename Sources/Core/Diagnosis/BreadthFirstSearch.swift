/// All interleavings from one moment on, those of few statements first, each situation once.
struct BreadthFirstSearch {
    private typealias Moment = Adversary.Moment

    /// How a situation was reached first: by this step, from that one.
    private struct Step {
        let previous: Int
        let thread: ThreadID
    }

    private let adversary: Adversary
    private let isUndisturbed: Bool
    private let threads: [ThreadID]
    private var known: Set<Situation>
    /// Only states at the edge are kept; the others are the steps that led to them.
    private var steps: [Step] = []
    private var edge: [(moment: Moment, step: Int)]
    private var nextEdge: [(moment: Moment, step: Int)] = []
    /// The next at the edge to look at.
    private var position = 0

    /// Undisturbed, whoever is in the critical section moves alone while it can.
    ///
    /// That leaves far fewer interleavings, and hardly a fault out: the others come in any order
    /// before and after. But only those that it finds are certain.
    init(_ adversary: Adversary, isUndisturbed: Bool = false) {
        self.adversary = adversary
        self.isUndisturbed = isUndisturbed
        threads = adversary.start.state.threads.map(\.id)
        known = [adversary.start.situation]
        edge = [(adversary.start, -1)]
    }

    var situationCount: Int { known.count }

    /// Goes on until so many situations are known.
    ///
    /// - Returns: `nil` when it ended there, or was given up.
    mutating func run(situations limit: Int) -> Adversary.Outcome? {
        while !edge.isEmpty {
            while position < edge.count {
                guard known.count < limit else { return nil }
                if adversary.limits.isGivenUp() { return nil }
                let (moment, step) = edge[position]
                position += 1
                if let last = visit(moment, after: step) { return .breaks(schedule(to: last)) }
            }
            edge = nextEdge
            nextEdge = []
            position = 0
        }
        return .safe(situations: known.count)
    }

    /// - Returns: The step that reaches the goal, if one from here does.
    private mutating func visit(_ moment: Moment, after previous: Int) -> Step? {
        for thread in movers(moment) {
            guard let fact = moment.foresee(thread) else { continue }
            var next = moment
            let event = next.apply(fact, by: thread)
            let step = Step(previous: previous, thread: thread)
            if adversary.goal(event, moment.state, next.state) { return step }
            guard known.insert(next.situation).inserted else { continue }
            nextEdge.append((next, steps.count))
            steps.append(step)
        }
        return nil
    }

    private func movers(_ moment: Moment) -> [ThreadID] {
        guard isUndisturbed, let owner = moment.state[.mutex].owner, moment.foresee(owner) != nil
        else { return threads }
        return [owner]
    }

    private func schedule(to last: Step) -> [ThreadID] {
        var schedule = [last.thread]
        var previous = last.previous
        while previous >= 0 {
            schedule.append(steps[previous].thread)
            previous = steps[previous].previous
        }
        return schedule.reversed()
    }
}
