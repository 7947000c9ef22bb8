import Core

/// How a recording is played.
struct Player: Equatable {
    var isPlaying = true
    /// Where in the recording it is; between two events too.
    var time: Microseconds
    private var speed = 3

    private static let speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 600]

    init(at time: Microseconds) {
        self.time = time
    }

    /// How many times as fast as it went.
    var factor: Double { Self.speeds[speed] }

    /// Such as `×0.5` and `×60`.
    var text: String { factor < 1 ? "×\(factor)" : "×\(Int(factor))" }

    /// - Returns: `false` at the end of the scale.
    mutating func change(faster: Bool) -> Bool {
        let next = speed + (faster ? 1 : -1)
        guard Self.speeds.indices.contains(next) else { return false }
        speed = next
        return true
    }

    mutating func advance(by elapsed: Duration) {
        let (seconds, attoseconds) = elapsed.components
        let passed = Double(seconds) + Double(attoseconds) / 1e18
        time = time + .seconds(passed * factor)
    }
}
