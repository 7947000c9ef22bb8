import Foundation
import Testing

@testable import Core

/// Theory against other mathematics: a dense solver of the generator matrix, Erlang's recursions and
/// closed forms; none of them shares a line with the model.
@Suite("The queueing model", .timeLimit(.minutes(5)))
struct QueueingModelTests {
    private static let shapes: [(load: Double, servers: Int, room: Int)] = [
        (0.5, 1, 1), (0.5, 1, 5), (1, 1, 7), (1.2, 1, 16), (8, 1, 16), (0.9, 2, 3), (1.9, 2, 17),
        (2, 2, 12), (2.7, 3, 20), (4, 3, 9), (0.01, 4, 40), (7.5, 8, 60), (12, 8, 8), (3, 8, 5),
    ]

    @Test("it equals a dense solution of the balance equations", arguments: shapes)
    func dense(load: Double, servers: Int, room: Int) throws {
        let (rate, time) = (load / 0.25, 0.25)
        let expected = Self.stationary(rate: rate, time: time, servers: servers, room: room)

        let model = try #require(
            QueueingModel(arrivalRate: rate, serviceTime: time, servers: servers, room: room)
        )

        for number in 0...room {
            #expect(abs(model.probabilities[number] - expected[number]) < 1e-12)
        }
        let inside = expected.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        let waiting = expected.enumerated()
            .reduce(0) { $0 + Double(max(0, $1.offset - servers)) * $1.element }
        let admitted = rate * (1 - expected[room])
        #expect(isClose(model.blocking, expected[room]))
        #expect(isClose(model.occupancy, inside))
        #expect(isClose(model.waitingJobs, waiting))
        #expect(isClose(model.timeInside, inside / admitted))
        #expect(isClose(model.waitingTime, waiting / admitted))
        #expect(isClose(model.busyShare, admitted * time / Double(servers)))
    }

    @Test("without waiting room it is Erlang's loss formula", arguments: [1, 2, 10, 64])
    func erlangB(servers: Int) throws {
        for load in [0.1, 0.9, Double(servers), 1.5 * Double(servers)] {
            let model = try #require(
                QueueingModel(arrivalRate: load, serviceTime: 1, servers: servers, room: servers)
            )

            #expect(isClose(model.blocking, Self.erlangB(load: load, servers: servers)))
            #expect(model.waitingJobs == 0)
        }
    }

    @Test("with room for all it is Erlang's waiting formula", arguments: [1, 2, 10, 64])
    func erlangC(servers: Int) throws {
        for utilisation in [0.05, 0.5, 0.95, 0.999] {
            let load = utilisation * Double(servers)
            let loss = Self.erlangB(load: load, servers: servers)
            let waits = loss / (1 - utilisation * (1 - loss))

            let model = try #require(
                QueueingModel(arrivalRate: load / 3, serviceTime: 3, servers: servers)
            )

            #expect(isClose(model.waitingJobs, waits * utilisation / (1 - utilisation)))
            #expect(isClose(model.occupancy, model.waitingJobs + load))
            #expect(isClose(model.waitingTime, waits * 3 / (Double(servers) * (1 - utilisation))))
            #expect(model.blocking == 0 && isClose(model.busyShare, utilisation))
        }
    }

    @Test("the largest buffer neither overflows nor loses digits")
    func large() throws {
        let room = 65_536
        for load in [0.5, 0.99999, 1.00001, 2, 40] {
            let model = try #require(
                QueueingModel(arrivalRate: load, serviceTime: 1, servers: 1, room: room)
            )
            // p_K of M/M/1/K, where the powers of the load are written as exponentials.
            let exponent = Double(room + 1) * log(load)
            let full =
                load > 1
                ? (load - 1) / load / -expm1(-exponent)
                : (1 - load) * exp(Double(room) * log(load)) / -expm1(exponent)
            #expect(isClose(model.blocking, full))
            #expect(isClose(model.probabilities.reduce(0, +), 1))
        }
        let balanced = try #require(
            QueueingModel(arrivalRate: 1, serviceTime: 1, servers: 1, room: room)
        )
        #expect(isClose(balanced.occupancy, Double(room) / 2))
        let wide = try #require(
            QueueingModel(arrivalRate: 60, serviceTime: 1, servers: 64, room: room)
        )
        let endless = try #require(QueueingModel(arrivalRate: 60, serviceTime: 1, servers: 64))
        #expect(isClose(wide.occupancy, endless.occupancy))
    }

    @Test("Little's law holds, inside and in the queue", arguments: shapes)
    func little(load: Double, servers: Int, room: Int) throws {
        let model = try #require(
            QueueingModel(arrivalRate: load, serviceTime: 1, servers: servers, room: room)
        )

        #expect(isClose(model.timeInside, model.waitingTime + 1))
        #expect(isClose(model.occupancy, model.waitingJobs + model.busyShare * Double(servers)))
    }

    @Test("what has no solution is refused")
    func refused() {
        #expect(QueueingModel(arrivalRate: 1, serviceTime: 1, servers: 1) == nil)
        #expect(QueueingModel(arrivalRate: 0, serviceTime: 1, servers: 1, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: 1, serviceTime: 0, servers: 1, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: .infinity, serviceTime: 1, servers: 1, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: .nan, serviceTime: 1, servers: 1, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: -1, serviceTime: -1, servers: 1, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: 1, serviceTime: 1, servers: 0, room: 1) == nil)
        #expect(QueueingModel(arrivalRate: 1, serviceTime: 1, servers: 1, room: 0) == nil)
    }

    // MARK: - Other mathematics

    private func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right)) + 1e-14
    }

    /// Erlang's recursion: B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)).
    private static func erlangB(load: Double, servers: Int) -> Double {
        (1...servers).reduce(1) { load * $0 / (Double($1) + load * $0) }
    }

    /// Solves p Q = 0 with the sum of p being 1, by Gaussian elimination with pivots, where Q is the
    /// chain's whole generator matrix.
    private static func stationary(
        rate: Double,
        time: Double,
        servers: Int,
        room: Int
    ) -> [Double] {
        let size = room + 1
        // Row: an equation, the transposed column of Q; the last is replaced by the sum.
        var rows = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
        for state in 0..<size {
            if state < room {
                rows[state + 1][state] += rate
                rows[state][state] -= rate
            }
            if state > 0 {
                let leaving = Double(min(state, servers)) / time
                rows[state - 1][state] += leaving
                rows[state][state] -= leaving
            }
        }
        rows[size - 1] = [Double](repeating: 1, count: size + 1)
        return solve(&rows)
    }

    private static func solve(_ rows: inout [[Double]]) -> [Double] {
        let size = rows.count
        for column in 0..<size {
            let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
            rows.swapAt(column, pivot ?? column)
            for row in 0..<size where row != column {
                let factor = rows[row][column] / rows[column][column]
                for place in column...size { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return (0..<size).map { rows[$0][size] / rows[$0][$0] }
    }
}
