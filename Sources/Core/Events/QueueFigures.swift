/// What a queue was like over some time: the figures that theory foretells, as they were measured.
///
/// A job is inside from its insertion to the end of its execution. Times are seconds of a running
/// engine: pauses are left out.
package struct QueueFigures: Equatable, Sendable {
    /// The seconds that were measured.
    package let duration: Double
    /// Jobs that were inserted.
    package let arrivals: Int
    /// Jobs that were executed to their end, and of which the whole stay is known.
    package let finished: Int
    /// Inserted jobs a second: lambda.
    package let arrivalRate: Double
    /// Seconds of execution a job: 1/mu.
    package let serviceTime: Double
    /// Standard deviation by mean: 1 where chance alone decides, 0 where all are alike.
    package let arrivalVariation: Double
    package let serviceVariation: Double
    /// Jobs inside, as a time average: L.
    package let occupancy: Double
    /// The part of the time in which no slot was free.
    package let fullShare: Double
    /// The part of the time in which a consumer executed, for all of them together.
    package let busyShare: Double
    /// Seconds that a job stayed: W.
    package let timeInside: Double
    /// Seconds of these in which it was not executed: Wq.
    package let waitingTime: Double
    package let consumers: Int
    /// Jobs that may be inside at once: K.
    package let room: Int

    /// With fewer jobs the figures say nothing.
    package static let leastJobs = 30

    package var isEnough: Bool { finished >= Self.leastJobs }

    /// What Little's law makes of the measured rate and stay; to be compared with `occupancy`.
    package var littleOccupancy: Double { arrivalRate * timeInside }

    /// The theory of a queue with the measured rate, service time, consumers and room.
    package var model: QueueingModel? {
        QueueingModel(
            arrivalRate: arrivalRate,
            serviceTime: serviceTime,
            servers: consumers,
            room: room
        )
    }
}

/// Sums of which the figures are made; those of two stretches of time can be added.
struct QueueTotals: Sendable {
    var duration = 0.0
    var jobSeconds = 0.0
    var fullSeconds = 0.0
    var busySeconds = 0.0
    var consumerSeconds = 0.0
    var arrivals = 0
    var gaps = Moments()
    var services = Moments()
    var stays = Moments()

    static func += (left: inout QueueTotals, right: QueueTotals) {
        left.duration += right.duration
        left.jobSeconds += right.jobSeconds
        left.fullSeconds += right.fullSeconds
        left.busySeconds += right.busySeconds
        left.consumerSeconds += right.consumerSeconds
        left.arrivals += right.arrivals
        left.gaps += right.gaps
        left.services += right.services
        left.stays += right.stays
    }

    /// Number, sum and sum of squares.
    struct Moments: Sendable {
        private(set) var count = 0
        private var sum = 0.0
        private var squares = 0.0

        mutating func add(_ value: Double) {
            count += 1
            sum += value
            squares += value * value
        }

        static func += (left: inout Moments, right: Moments) {
            left.count += right.count
            left.sum += right.sum
            left.squares += right.squares
        }

        var mean: Double { count == 0 ? 0 : sum / Double(count) }

        /// Standard deviation by mean; 0 where nothing is known.
        var variation: Double {
            guard count > 1, mean > 0 else { return 0 }
            let variance = max(0, squares / Double(count) - mean * mean)
            return variance.squareRoot() / mean
        }
    }
}

extension QueueFigures {
    init(_ totals: QueueTotals, consumers: Int, room: Int) {
        duration = totals.duration
        arrivals = totals.arrivals
        finished = totals.stays.count
        let seconds = max(totals.duration, 1e-9)
        arrivalRate = Double(totals.arrivals) / seconds
        serviceTime = totals.services.mean
        arrivalVariation = totals.gaps.variation
        serviceVariation = totals.services.variation
        occupancy = totals.jobSeconds / seconds
        fullShare = totals.fullSeconds / seconds
        busyShare = totals.busySeconds / max(totals.consumerSeconds, 1e-9)
        timeInside = totals.stays.mean
        waitingTime = max(0, totals.stays.mean - totals.services.mean)
        self.consumers = consumers
        self.room = room
    }
}
