/// The way from a running engine to its past.
extension Engine {
    /// What the engine still knows of its run, as far back as its history reaches.
    ///
    /// The ledger at its beginning is the present one without what the events finished; exact where
    /// the timeline reaches back to the first event or the engine is paused, else within the few jobs
    /// that were finished while it was made. The engine runs on meanwhile. Any thread may call it.
    ///
    /// - Complexity: Folds all events kept, some 100 ns each.
    package func timeline() -> Timeline {
        let history = kernel.history()
        let entries = history.base.number == 0 ? [] : ledger.all(without: history.events)
        return Timeline(from: history.base, ledger: entries, events: history.events)
    }

    /// Adds what has happened since the timeline's end.
    ///
    /// - Parameter timeline: One of this engine.
    /// - Returns: `false` where that is no longer known, and the timeline stays as it is.
    package func extend(_ timeline: inout Timeline) -> Bool {
        guard let events = kernel.events(after: timeline.lastNumber) else { return false }
        timeline.append(contentsOf: events)
        return true
    }
}

extension Ledger {
    /// What it held before these events; at least nothing.
    fileprivate func all(without events: [Event]) -> [Entry] {
        var booked = AccountFrames([])
        for event in events { booked.note(event) }
        let later = booked.accounts(after: events.count, of: events)
        return all.compactMap { entry in
            let finished = later[entry.device] ?? AccountFrames.Account()
            guard entry.jobs > finished.jobs else { return nil }
            return Entry(
                device: entry.device,
                cpuTime: entry.cpuTime - finished.cpuTime,
                jobs: entry.jobs - finished.jobs
            )
        }
    }
}
