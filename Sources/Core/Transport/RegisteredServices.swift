/// The services that are registered, for screens. Any thread may use it.
package final class RegisteredServices: Sendable {
    private let guarded = Guarded<[Registry.Entry]>([])

    package init() {}

    /// As they were published last; of some the lease may have ended since then.
    package internal(set) var entries: [Registry.Entry] {
        get { guarded.withLock { $0 } }
        set { guarded.withLock { $0 = newValue } }
    }
}
