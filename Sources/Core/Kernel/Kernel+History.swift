/// The events that the kernel keeps, for whoever wants to go back in time.
extension Kernel {
    /// A state, and all events after it up to about the present.
    package struct History: Sendable {
        package let base: EngineState
        package let events: [Event]
    }

    /// So many events are copied in some 20 µs.
    private static let piece: UInt64 = 8192

    /// What is still known of the run: everything, or some seven eighths of the events kept at least.
    ///
    /// It copies in small pieces, the newest first, and leaves out what the engine overwrote
    /// meanwhile; so nobody waits longer than for any snapshot. Where no history is kept, it is the
    /// present state alone. Any thread may call it.
    package func history() -> History {
        guard recordsAll else { return History(base: snapshot(), events: []) }
        return historyLock.withLock {
            let (first, last) = lock.withLock { (firstHeld(lastRecorded), lastRecorded) }
            let events = UnsafeMutableBufferPointer<Event>.allocate(capacity: Int(last - first))
            defer { events.deallocate() }
            let lowest = copyEvents(after: first, upTo: last, into: events)
            guard var base = base(from: lowest, upTo: last) else {
                return History(base: snapshot(), events: [])
            }
            let position = Int(base.number - first)
            // The kernel's clock may have been read again after the keyframe's last event.
            if base.number > lowest { base.time = events[position - 1].time }
            return History(base: base, events: Array(events[position...]))
        }
    }

    /// All events after this number; `nil` where some were overwritten.
    package func events(after number: UInt64) -> [Event]? {
        guard recordsAll else { return nil }
        return historyLock.withLock {
            let (first, last) = lock.withLock { (firstHeld(lastRecorded), lastRecorded) }
            // What is long gone takes no memory either.
            guard (first...last).contains(number) else { return nil }
            let events = UnsafeMutableBufferPointer<Event>.allocate(capacity: Int(last - number))
            defer { events.deallocate() }
            let lowest = copyEvents(after: number, upTo: last, into: events)
            return lowest == number ? Array(events) : nil
        }
    }

    /// - Returns: The number after which all events could be copied.
    private func copyEvents(
        after first: UInt64,
        upTo last: UInt64,
        into events: UnsafeMutableBufferPointer<Event>
    ) -> UInt64 {
        var lowest = last
        while lowest > first {
            let wanted = lowest - min(Self.piece, lowest - first)
            let start = lock.withLock {
                let start = max(wanted, firstHeld(state.pointee.number))
                guard start < lowest else { return lowest }
                let place = events[Int(start - first)..<Int(lowest - first)]
                ring.copy(
                    after: start,
                    count: place.count,
                    into: UnsafeMutableBufferPointer(rebasing: place)
                )
                return start
            }
            lowest = min(lowest, start)
            if start != wanted { break }
        }
        return lowest
    }

    /// The oldest state known between these numbers.
    private func base(from first: UInt64, upTo last: UInt64) -> EngineState? {
        guard first > 0 else { return initialState }
        let space = lock.withLock {
            cold.pointee.isReadingKeyframe = true
            return keyframes.oldest(
                from: first,
                upTo: last,
                taken: cold.pointee.keyframesTaken
            )
        }
        defer { lock.withLock { cold.pointee.isReadingKeyframe = false } }
        // No new keyframe is taken meanwhile, so this one stays as it is.
        return space?.pointee.makeState(capacity: settings.capacity, library: library)
    }
}
