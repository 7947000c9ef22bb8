import Glibc

/// The time as the engine knows it, and the only way in which an engine thread waits for it.
package protocol EngineClock: Sendable {
    /// Time since the clock began; never goes back.
    var now: Microseconds { get }

    /// Parks the calling thread until it is let go, until `deadline`, or for no reason at all.
    ///
    /// The deadline is in the clock's own time; `nil` means no limit.
    func park(_ parker: Parker, until deadline: Microseconds?, spinning: Bool)
}

/// The machine's monotonic clock; a reading costs some 20 ns.
package struct SystemClock: EngineClock {
    private let origin: UInt64

    /// Begins at zero now.
    package init() {
        origin = SystemClock.monotonicNanoseconds
    }

    package var now: Microseconds {
        Microseconds((SystemClock.monotonicNanoseconds - origin) / 1000)
    }

    package func park(_ parker: Parker, until deadline: Microseconds?, spinning: Bool) {
        guard let deadline else { return parker.park(spinning: spinning) }
        let now = self.now
        guard deadline > now else { return }
        parker.park(atMost: (deadline - now).duration, spinning: spinning)
    }

    private static var monotonicNanoseconds: UInt64 {
        nanoseconds(of: CLOCK_MONOTONIC)
    }
}

/// The CPU time that the calling thread has used; a reading costs some 370 ns.
package func threadCPUTime() -> Microseconds {
    Microseconds(nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) / 1000)
}

private func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
