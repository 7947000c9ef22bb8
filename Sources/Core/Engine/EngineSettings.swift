/// What an engine is made with.
package struct EngineSettings: Sendable {
    package var kernel = KernelSettings()
    package var producers = 1
    package var consumers = 1
    /// Whether nobody moves until the first step or resume.
    package var startsPaused = false
    /// Decides who moves when the engine is stepped, and how long the slices of broken programs are.
    package var seed: UInt64 = 1
    package var reply = ReplyMoment.receipt

    package init() {}

    /// When a sender gets its reply.
    package enum ReplyMoment: String, CaseIterable, Sendable {
        /// When its job has been inserted into the buffer.
        case receipt
        /// When its job has been executed.
        case done
        /// Never.
        case none
    }
}
