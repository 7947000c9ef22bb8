/// Something that is so or not at a moment of a lesson: what `expect`, `until` and choices say.
package struct Condition: Equatable, Sendable {
    /// As the file has it.
    package let text: String
    package let kind: Kind

    package enum Kind: Equatable, Sendable {
        case quantity(Quantity, Comparison, Int)
        /// Such as `P1 waits for empty`.
        case waits(String, WaitingPlace)
        case waitsForJob(String)
        /// Such as `P1 at insert`: it does that next, or is doing it.
        case at(String, Statement)
        /// The job in a thread's hand.
        case has(String, ScriptedJob)
        case holdsMutex(String)
        case fault(Fault.Kind)
        case noFault
        case nothingMoves
        /// The devices in the order in which their jobs were finished.
        case order([String])
        case mean(Time, Microseconds)
        /// What was marshalled last.
        case words([UInt32])
        /// Whether the last two replies were equal, byte for byte.
        case sameReply
    }

    /// What can be counted.
    package enum Quantity: String, CaseIterable, Sendable {
        case empty, full, mutex, jobs, produced, consumed, lost, doubled
        /// Jobs that remote calls put into the buffer.
        case executed
        /// Requests that were sent.
        case requests
        /// Replies that arrived.
        case replies
    }

    package enum Comparison: String, CaseIterable, Sendable {
        // The longer first, because they are looked for in this order.
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case equal = "="

        func holds(_ left: Int, _ right: Int) -> Bool {
            switch self {
            case .atLeast: left >= right
            case .atMost: left <= right
            case .more: left > right
            case .less: left < right
            case .equal: left == right
            }
        }
    }

    /// The times by which schedules are judged.
    package enum Time: String, CaseIterable, Sendable {
        case response, waiting, turnaround
    }

    /// The threads that it speaks of.
    var thread: String? {
        switch kind {
        case .waits(let name, _), .waitsForJob(let name), .at(let name, _), .has(let name, _),
            .holdsMutex(let name):
            name
        case .quantity, .fault, .noFault, .nothingMoves, .order, .mean, .words, .sameReply: nil
        }
    }
}

extension Fault.Kind {
    /// How a lesson writes it: `deadlock`, `lost-wake-up`.
    package var word: String { title.lowercased().replacing(" ", with: "-") }
}
