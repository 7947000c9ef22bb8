import Core

/// A device's work that is done in earnest: it gets a page, and asks for the time which that took.
final class GrabWork: Sendable {
    private let address: WebAddress
    private let fetcher: PageFetcher
    private let clock: any EngineClock
    private let tell: @Sendable (String) -> Void
    private let told = Guarded<Set<String>>([])

    /// - Parameters:
    ///   - address: The page.
    ///   - fetcher: Gets it.
    ///   - clock: Times it.
    ///   - tell: Gets why a page did not come, each reason once.
    init(
        _ address: WebAddress,
        fetcher: PageFetcher,
        clock: any EngineClock,
        tell: @escaping @Sendable (String) -> Void
    ) {
        self.address = address
        self.fetcher = fetcher
        self.clock = clock
        self.tell = tell
    }

    /// Gets the page once; returns the time, or `nil` when it did not come.
    func perform() -> Microseconds? {
        let start = clock.now
        do throws(GrabError) {
            try fetcher.fetch(address) { _ in }
            return clock.now - start
        } catch {
            let reason = "\(address): \(error)"
            let isNew = error != .cancelled && told.withLock { $0.insert(reason).inserted }
            if isNew { tell(reason) }
            return nil
        }
    }

    /// Ends all that is under way, so that a device can be stopped in the middle of its work.
    func cancel() { fetcher.cancel() }
}
