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
        Entry(name: "rendezvous", bytes: PackageResources.rendezvous_lesson),
    ]

    package static func named(_ name: String) -> Entry? { all.first { $0.name == name } }
}
