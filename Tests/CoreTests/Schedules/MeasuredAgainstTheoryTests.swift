import Foundation
import Testing

@testable import Core

/// A long run of the real kernel in virtual time, measured by the code that the screen uses, against
/// the theory that the screen shows beside it.
@Suite("Measured against theory", .timeLimit(.minutes(5)))
struct MeasuredAgainstTheoryTests {
    struct Shape: CustomStringConvertible {
        let consumers: Int
        let slots: Int
        let utilisation: Double
        let jobs: Int

        var description: String { "c = \(consumers), \(slots) slots, rho = \(utilisation)" }
    }

    @Test(
        "occupancy, waiting, loss and Little's law are within 5 %",
        arguments: [
            Shape(consumers: 1, slots: 2, utilisation: 0.8, jobs: 60_000),
            Shape(consumers: 1, slots: 12, utilisation: 1.2, jobs: 60_000),
            Shape(consumers: 2, slots: 6, utilisation: 0.5, jobs: 60_000),
            Shape(consumers: 2, slots: 3, utilisation: 0.9, jobs: 60_000),
            Shape(consumers: 3, slots: 4, utilisation: 1, jobs: 60_000),
            Shape(consumers: 3, slots: 10, utilisation: 1.2, jobs: 60_000),
        ]
    )
    func measured(_ shape: Shape) throws {
        let run = RandomRun(shape, seed: 20_261_121)
        let rate = shape.utilisation * Double(shape.consumers)
        let model = try #require(
            QueueingModel(
                arrivalRate: rate,
                serviceTime: 1,
                servers: shape.consumers,
                room: shape.slots + shape.consumers
            )
        )

        let (figures, lost) = try #require(run.measure())

        let told = Comment(rawValue: "\(shape), seed \(run.seed): \(figures), lost \(lost)")
        #expect(figures.room == model.room && figures.consumers == model.servers, told)
        #expect(isClose(figures.occupancy, model.occupancy), told)
        #expect(isClose(figures.waitingTime, model.waitingTime), told)
        #expect(isClose(figures.timeInside, model.timeInside), told)
        #expect(isClose(figures.busyShare, model.busyShare), told)
        #expect(isClose(figures.littleOccupancy, figures.occupancy), told)
        // A rare loss takes more jobs to be known to 5 %.
        if model.blocking > 0.01 {
            #expect(isClose(lost, model.blocking), told)
            #expect(isClose(figures.fullShare, model.blocking), told)
        }
        #expect(abs(figures.serviceVariation - 1) < 0.05, told)
    }

    private func isClose(_ measured: Double, _ theory: Double) -> Bool {
        abs(measured - theory) <= 0.05 * theory
    }
}

/// Jobs at random into a rehearsal that turns away what finds no slot.
private struct RandomRun {
    let seed: UInt64
    private let shape: MeasuredAgainstTheoryTests.Shape

    init(_ shape: MeasuredAgainstTheoryTests.Shape, seed: UInt64) {
        self.shape = shape
        self.seed = seed
    }

    /// The figures, and which part of the jobs was turned away.
    func measure() -> (QueueFigures, lost: Double)? {
        var settings = EngineSettings()
        settings.kernel.capacity = shape.slots
        settings.consumers = shape.consumers
        let rehearsal = Rehearsal(settings)
        rehearsal.turnsAwayWhenFull = true
        var state = rehearsal.state
        _ = rehearsal.takeEvents()
        var meter = QueueMeter(from: state, window: .max)
        var random = RandomNumbers(seed: seed)
        var time = 0.0
        for number in 0..<shape.jobs {
            time += exponential(&random) / (shape.utilisation * Double(shape.consumers))
            let job = Job(device: DeviceID(1), cpuTime: .seconds(exponential(&random)))
            rehearsal.send(job, at: .seconds(time))
            guard number % 500 == 499 else { continue }
            rehearsal.run(until: .seconds(time))
            for event in rehearsal.takeEvents() {
                let before = state
                state.apply(event)
                meter.note(event, before: before, after: state)
            }
        }
        return meter.figures.map { ($0, Double(rehearsal.turnedAway) / Double(shape.jobs)) }
    }

    /// Of mean 1.
    private func exponential(_ random: inout RandomNumbers) -> Double {
        -log(Double.random(in: 0..<1, using: &random).nextUp)
    }
}
