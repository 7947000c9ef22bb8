/// What a text client gets that says `done`: its jobs in the order in which they were executed.
///
/// ```
/// Consumer 1 processed:
/// init,4
/// cat,9
/// Consumer 1 spent 13 seconds of CPU time
/// ---
/// ```
///
/// The client reads once, so the list is cut where the report would become too long; the sum is of
/// all jobs.
package struct TextReport {
    private var lines: [UInt8] = []
    private var jobsLeftOut = 0
    private var cpuTime = Microseconds.zero

    /// What such a client reads at most.
    package static let longest = 16_384
    /// Leaves room for the other lines.
    private static let longestList = longest - 256

    package init() {}

    /// - Parameters:
    ///   - name: The device's, sanitised.
    ///   - time: What was executed.
    package mutating func add(_ name: [UInt8], _ time: Microseconds) {
        cpuTime += time
        let line = name + Array(",\(time)\n".utf8)
        guard jobsLeftOut == 0, lines.count + line.count <= Self.longestList else {
            jobsLeftOut += 1
            return
        }
        lines += line
    }

    package var text: [UInt8] {
        var text = Array("Consumer 1 processed:\n".utf8) + lines
        if jobsLeftOut > 0 { text += Array("… and \(jobsLeftOut) more\n".utf8) }
        return text + Array("Consumer 1 spent \(cpuTime) seconds of CPU time\n---\n".utf8)
    }
}
