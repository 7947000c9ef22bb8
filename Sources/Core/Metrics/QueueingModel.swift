/// A queue as theory sees it: M/M/c/K, or M/M/c where there is room for all.
///
/// Jobs arrive at random (exponential times between them), need random amounts of time (exponential
/// too), and are executed by `servers` consumers, in an order that does not look at their lengths. A
/// job that arrives when `room` jobs are inside is turned away and never comes back.
///
/// Source: L. Kleinrock, *Queueing Systems*, vol. 1, 1975, §3.1 (the balance of a birth-death chain),
/// §3.5 (M/M/m) and §3.6 (M/M/1/K); D. Gross and C. M. Harris, *Fundamentals of Queueing Theory*, 3rd
/// ed., §2.3 and §2.5 (M/M/c and M/M/c/K).
package struct QueueingModel: Equatable, Sendable {
    /// Jobs a second, also those that are turned away: lambda.
    package let arrivalRate: Double
    /// Seconds that a job takes on the average: 1/mu.
    package let serviceTime: Double
    /// Consumers: c.
    package let servers: Int
    /// Jobs that may be inside, waiting or executed: K; `nil` where there is no limit.
    package let room: Int?
    /// The part of the arriving jobs that is turned away, which is the part of the time in which the
    /// queue is full, because arrivals at random see time averages: p_K.
    package let blocking: Double
    /// Jobs inside on the average: L.
    package let occupancy: Double
    /// Jobs that wait on the average: Lq.
    package let waitingJobs: Double
    /// How likely 0, 1, 2 … jobs are inside, up to the room; without a limit up to `servers`, and
    /// from there on each is `load / servers` of the one before.
    package let probabilities: [Double]

    /// Solves the balance equations; `nil` for numbers outside these limits, and where without a
    /// limit the queue would grow for ever.
    ///
    /// - Parameters:
    ///   - arrivalRate: Jobs a second, more than 0.
    ///   - serviceTime: Seconds a job, more than 0.
    ///   - servers: At least 1.
    ///   - room: At least 1; `nil` for no limit.
    /// - Complexity: O(room), or O(servers) where there is no limit.
    package init?(arrivalRate: Double, serviceTime: Double, servers: Int, room: Int? = nil) {
        let load = arrivalRate * serviceTime
        guard load.isFinite, load > 0, arrivalRate > 0, servers > 0, room ?? 1 > 0,
            room != nil || load < Double(servers)
        else { return nil }
        self.arrivalRate = arrivalRate
        self.serviceTime = serviceTime
        self.servers = servers
        self.room = room
        let last = room ?? servers
        var weights = Self.weights(load: load, servers: servers, last: last)
        // Beyond the last come the terms of a geometric series.
        let ratio = room == nil ? load / Double(servers) : 0
        let beyond = weights[last] * ratio / (1 - ratio)
        let sum = weights.reduce(beyond, +)
        for index in weights.indices { weights[index] /= sum }
        let tail = beyond / sum
        let tailJobs = tail / (1 - ratio)
        probabilities = weights
        blocking = room == nil ? 0 : weights[last]
        occupancy =
            weights.indices.reduce(Double(last) * tail + tailJobs) { $0 + Double($1) * weights[$1] }
        waitingJobs =
            weights.indices.dropFirst(servers + 1)
            .reduce(Double(last - min(last, servers)) * tail + tailJobs) {
                $0 + Double($1 - servers) * weights[$1]
            }
    }

    /// How likely each number of jobs is in proportion to the likeliest.
    ///
    /// Beginning there, every factor is at most 1: nothing overflows, and what underflows to 0 does
    /// not matter.
    private static func weights(load: Double, servers: Int, last: Int) -> [Double] {
        let likeliest = load < Double(servers) ? min(Int(load), last) : last
        var weights = [Double](repeating: 0, count: last + 1)
        weights[likeliest] = 1
        for number in stride(from: likeliest + 1, through: last, by: 1) {
            weights[number] = weights[number - 1] * load / Double(min(number, servers))
        }
        for number in stride(from: likeliest, to: 0, by: -1) {
            weights[number - 1] = weights[number] * Double(min(number, servers)) / load
        }
        return weights
    }
}

extension QueueingModel {
    /// Work that arrives in proportion to what all consumers can do: rho, which may be above 1.
    package var utilisation: Double { arrivalRate * serviceTime / Double(servers) }

    /// Jobs a second that are let in.
    package var admittedRate: Double { arrivalRate * (1 - blocking) }

    /// The part of the time in which a consumer is busy.
    package var busyShare: Double { admittedRate * serviceTime / Double(servers) }

    /// Seconds that a job which is let in stays, by Little's law: W = L / lambda.
    ///
    /// Source: J. D. C. Little, *A Proof for the Queuing Formula L = λW*, Operations Research 9 (1961).
    package var timeInside: Double { occupancy / admittedRate }

    /// Seconds that it waits before it is executed, by the same law: Wq = Lq / lambda.
    package var waitingTime: Double { waitingJobs / admittedRate }

    /// Such as `M/M/2/17`.
    package var name: String { "M/M/\(servers)" + (room.map { "/\($0)" } ?? "") }
}
