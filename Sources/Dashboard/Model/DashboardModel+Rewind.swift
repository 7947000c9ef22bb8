import Core

/// Back and forth in time.
extension DashboardModel {
    /// Moves in the film that is there; otherwise asks for one first.
    mutating func go(_ move: Rewind.Move) -> [Effect] {
        guard var rewind else {
            // At the present there is nothing to go forth to.
            guard move != .forth, move != .pageForth, move != .newest else { return [] }
            awaitedMove = move
            return [.film]
        }
        // The engine may have gone on since the film was taken.
        let end = rewind.film.timeline.lastNumber
        if leaves(rewind, move), live.state.number > end {
            awaitedMove = move
            return [.film]
        }
        rewind.go(move)
        self.rewind = rewind
        return []
    }

    /// Whether it goes beyond the film's end.
    private func leaves(_ rewind: Rewind, _ move: Rewind.Move) -> Bool {
        switch move {
        case .forth, .pageForth: rewind.eventsAfter == 0
        case .newest: true
        case .to(let number): number > rewind.film.timeline.lastNumber
        case .back, .pageBack, .oldest: false
        }
    }

    /// The film is there: on from where we are, or from the present.
    mutating func begin(_ film: Film) {
        guard film.timeline.lastNumber > film.timeline.firstNumber else {
            notice = "there is no history to look back into"
            awaitedMove = nil
            return
        }
        frozen = nil
        var rewind = Rewind(film, at: rewind?.number ?? film.timeline.lastNumber)
        if let move = awaitedMove { rewind.go(move) }
        awaitedMove = nil
        self.rewind = rewind
        leaveDevices()
    }

    // MARK: - Marks

    /// Marks the moment that is shown.
    mutating func markMoment() {
        let number = rewind?.number ?? live.state.number
        let label = "mark \(marks.count { $0.label.hasPrefix("mark ") } + 1)"
        add(Timeline.Mark(number: number, label: label))
        notice = "\(label) set at event \(number); [ and ] find it again"
    }

    mutating func add(_ mark: Timeline.Mark) {
        let place = marks.firstIndex { $0.number > mark.number } ?? marks.count
        marks.insert(mark, at: place)
        if marks.count > Self.markLimit { marks.removeFirst() }
    }

    /// More than anybody goes through.
    private static let markLimit = 1000

    mutating func goToMark(before: Bool) -> [Effect] {
        let number = rewind?.number ?? live.state.number
        let mark =
            before ? marks.last { $0.number < number } : marks.first { $0.number > number }
        guard let mark else {
            notice = "there is no mark \(before ? "before" : "after") this moment; m sets one"
            return []
        }
        notice = "\(mark.label), event \(mark.number)"
        return go(.to(mark.number))
    }
}
