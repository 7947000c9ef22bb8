/// The built-in lessons, in the order in which they are taught.
///
/// Their texts lie in `Texts` and are part of the program, so that it can be moved.
package enum LessonCatalog {
    /// A lesson's text.
    package struct Entry: Sendable {
        /// What a user types.
        package let name: String
        package let bytes: [UInt8]

        package func lesson() throws(LessonError) -> Lesson { try Lesson(bytes, name: name) }

        package var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    package static let all = [
        Entry(name: "first-steps", bytes: PackageResources.first_steps_lesson),
        Entry(name: "walk", bytes: PackageResources.walk_lesson),
        Entry(name: "backpressure", bytes: PackageResources.backpressure_lesson),
        Entry(name: "many", bytes: PackageResources.many_lesson),
        Entry(name: "no-mutex", bytes: PackageResources.no_mutex_lesson),
        Entry(name: "swapped-waits", bytes: PackageResources.swapped_waits_lesson),
        Entry(name: "forgotten-signal", bytes: PackageResources.forgotten_signal_lesson),
        Entry(name: "extra-signal", bytes: PackageResources.extra_signal_lesson),
        Entry(
            name: "sleep-in-critical-section",
            bytes: PackageResources.sleep_in_critical_section_lesson
        ),
        Entry(name: "busy-wait", bytes: PackageResources.busy_wait_lesson),
        Entry(name: "monitor", bytes: PackageResources.monitor_lesson),
        Entry(name: "if-not-while", bytes: PackageResources.if_not_while_lesson),
        Entry(name: "one-condition", bytes: PackageResources.one_condition_lesson),
        Entry(name: "fifo", bytes: PackageResources.fifo_lesson),
        Entry(name: "sjf", bytes: PackageResources.sjf_lesson),
        Entry(name: "ljf", bytes: PackageResources.ljf_lesson),
        Entry(name: "priority", bytes: PackageResources.priority_lesson),
        Entry(name: "round-robin", bytes: PackageResources.round_robin_lesson),
        Entry(name: "xdr", bytes: PackageResources.xdr_lesson),
        Entry(name: "request-reply", bytes: PackageResources.request_reply_lesson),
    ]

    package static func named(_ name: String) -> Entry? { all.first { $0.name == name } }

    /// The name that somebody may have meant: the one that takes the fewest changes.
    package static func nearest(to name: String) -> String? {
        let near = all.map { (name: $0.name, changes: changes(from: name, to: $0.name)) }
            .min { $0.changes < $1.changes }
        guard let near, near.changes <= max(2, near.name.count / 3) else { return nil }
        return near.name
    }

    /// How many letters must be inserted, removed or replaced.
    ///
    /// Source: Levenshtein, *Binary Codes Capable of Correcting Deletions, Insertions, and
    /// Reversals*, 1966.
    private static func changes(from first: String, to second: String) -> Int {
        let (first, second) = (Array(first.prefix(64)), Array(second))
        var row = Array(0...second.count)
        for (place, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in second.indices {
                let replaced = diagonal + (letter == second[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
