/// Which keys a screen for projecting does not obey.
extension KeyBinding.Action {
    /// Whether it does something to the run, and not only to what is seen of it.
    ///
    /// Every action is named, so that whoever adds one has to say.
    var changesTheRun: Bool {
        switch self {
        case .togglePause, .step, .stepSelected, .slowMotion, .faster, .slower, .nextProgram,
            .previousProgram, .correctProgram, .attack, .killOrRevive, .slowDown, .dropDatagram,
            .doubleDatagram, .predict, .answer, .chapterAgain, .kick, .mute, .limit:
            true
        case .freeze, .why, .hideVerdict, .theory, .schedules, .refused, .join, .watchers,
            .registry, .mailboxes, .back, .forth,
            .pageBack, .pageForth, .markBefore, .markAfter, .oldest, .newest, .mark, .live,
            .nextPane, .previousPane, .down, .up, .first, .last, .zoom, .present, .filter,
            .toggleHelp, .quit:
            false
        }
    }
}
