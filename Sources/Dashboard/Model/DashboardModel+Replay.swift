import Core

/// A recording on the screen: the same keys, as far as the past can be moved in.
extension DashboardModel {
    mutating func performInReplay(_ action: KeyBinding.Action) -> [Effect] {
        switch action {
        case .togglePause: togglePlaying()
        case .step: moveInReplay(.forth)
        case .faster, .slower:
            if player?.change(faster: action == .faster) == false {
                notice = "the speed is as \(action == .faster ? "high" : "low") as it gets"
            }
        case .back: moveInReplay(.back)
        case .forth: moveInReplay(.forth)
        case .pageBack: moveInReplay(.pageBack)
        case .pageForth: moveInReplay(.pageForth)
        case .oldest: moveInReplay(.oldest)
        case .newest, .live: moveInReplay(.newest)
        case .markBefore, .markAfter:
            player?.isPlaying = false
            _ = goToMark(before: action == .markBefore)
            player?.time = rewind?.picture.now ?? .zero
        case .stepSelected, .slowMotion, .killOrRevive, .slowDown, .nextProgram, .previousProgram,
            .correctProgram, .attack, .freeze, .dropDatagram, .doubleDatagram, .predict, .answer,
            .chapterAgain, .mailboxes, .kick, .mute, .limit, .refused, .join:
            notice = "this is a recording: it can be looked at, not changed"
        case .watchers: notice = "this is a recording: nobody watches it from afar"
        case .why, .theory, .schedules, .registry, .hideVerdict, .mark, .nextPane, .previousPane,
            .down, .up,
            .first, .last, .toggleHelp, .quit, .zoom, .present, .filter:
            return performAnywhere(action)
        }
        return []
    }

    private mutating func togglePlaying() {
        guard let rewind else { return }
        let isAtEnd = rewind.eventsAfter == 0
        if isAtEnd, player?.isPlaying == false { moveInReplay(.oldest) }
        player?.isPlaying.toggle()
    }

    /// Whoever moves by hand wants to stay there.
    private mutating func moveInReplay(_ move: Rewind.Move) {
        player?.isPlaying = false
        rewind?.go(move)
        player?.time = rewind?.picture.now ?? .zero
    }

    /// Plays on.
    mutating func play(for elapsed: Duration) {
        guard var player, player.isPlaying, let rewind else { return }
        player.advance(by: elapsed)
        let timeline = rewind.film.timeline
        let end = timeline.time(of: timeline.lastNumber)
        if player.time >= end {
            player.time = end
            player.isPlaying = false
        }
        self.player = player
        keepingLogInPlace { $0.rewind?.play(to: player.time) }
    }
}
