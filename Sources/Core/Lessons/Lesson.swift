/// A lesson: settings, and chapters with a script that is read aloud and played.
///
/// A text file says all of it (`Docs/lesson-format.md`).
package struct Lesson: Sendable {
    /// What a user types.
    package let name: String
    package let title: String
    /// One line for the list.
    package let summary: String
    package let settings: EngineSettings
    package let chapters: [Chapter]

    /// A part of a lesson that can be gone back to.
    package struct Chapter: Equatable, Sendable {
        package let title: String
        package let beats: [Beat]
    }

    /// One entry of the script.
    package struct Beat: Equatable, Sendable {
        /// Where in the file it is, from 1.
        package let line: Int
        package let action: Action
    }

    package enum Action: Equatable, Sendable {
        /// Narration, paragraph by paragraph.
        case say([String])
        case ask(LessonQuestion)
        case send([ScriptedJob], after: Microseconds)
        case step(Stepping)
        /// The threads run by themselves for so long; `nil` means until nothing moves.
        case run(Microseconds?)
        case program(String)
        case rate(Rate)
        case marshal([MarshalledValue])
        case call(ScriptedCall)
        case expect(Condition)
    }

    /// Whether a beat is what the viewer reads before the next thing happens.
    static func beginsPage(_ action: Action) -> Bool {
        switch action {
        case .say, .ask: true
        default: false
        }
    }
}

/// A job that a lesson's device sends.
package struct ScriptedJob: Equatable, Sendable {
    package let device: String
    package let cpuTime: Microseconds
}

/// Who does how many statements.
package struct Stepping: Equatable, Sendable {
    /// Such as `P1`; `nil` lets the seed choose.
    package let thread: String?
    package let goal: Goal

    package enum Goal: Equatable, Sendable {
        case statements(Int)
        /// Until the thread is about to do this.
        case statement(Statement)
        case condition(Condition)
    }
}

/// A question to the viewer; what happens next shows which choice is right.
package struct LessonQuestion: Equatable, Sendable {
    package let text: String
    package let choices: [Choice]

    package struct Choice: Equatable, Sendable {
        package let line: Int
        package let text: String
        package let isRight: Bool
        /// What is so afterwards if the choice is right; a wrong one may go without.
        package let condition: Condition?
    }

    package var right: Int? { choices.firstIndex(where: \.isRight) }
}

/// A value to be put into its external data representation.
package enum MarshalledValue: Equatable, Sendable {
    case string(String)
    case int(Int32)
}

/// A remote call SUBMIT.
package struct ScriptedCall: Equatable, Sendable {
    /// What it submits; `nil` repeats the last call, byte for byte.
    package let request: Request?
    package let losesReply: Bool

    package struct Request: Equatable, Sendable {
        package let job: ScriptedJob
        package let xid: UInt32
    }
}
