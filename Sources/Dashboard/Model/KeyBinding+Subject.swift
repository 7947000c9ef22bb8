/// The key table in chapters, for the help.
extension KeyBinding {
    struct Chapter {
        let title: String
        let rows: [HelpRow]
    }

    /// Which actions a chapter is about; what no chapter names is in the last one.
    private static let subjects: [(title: String, actions: Set<Action>)] = [
        (
            "Engine",
            [
                .togglePause, .step, .stepSelected, .slowMotion, .faster, .slower, .killOrRevive,
                .slowDown, .theory, .schedules,
            ]
        ),
        (
            "Programs",
            [.nextProgram, .previousProgram, .correctProgram, .attack, .why, .hideVerdict]
        ),
        (
            "Time",
            [
                .back, .forth, .pageBack, .pageForth, .markBefore, .markAfter, .oldest, .newest,
                .mark, .live, .freeze,
            ]
        ),
        (
            "Screen",
            [
                .nextPane, .previousPane, .down, .up, .first, .last, .zoom, .filter, .toggleHelp,
                .quit,
            ]
        ),
        ("Lessons", [.predict, .answer, .chapterAgain]),
    ]

    /// The help, chapter by chapter.
    static func chapters(inReplay: Bool) -> [Chapter] {
        let rows = helpRows(inReplay: inReplay)
        let named = subjects.reduce(into: Set<Action>()) { $0.formUnion($1.actions) }
        let known = subjects.map { subject in
            Chapter(title: subject.title, rows: rows.filter { subject.actions.contains($0.action) })
        }
        let others = Chapter(title: "Room", rows: rows.filter { !named.contains($0.action) })
        return (known + [others]).filter { !$0.rows.isEmpty }
    }
}
