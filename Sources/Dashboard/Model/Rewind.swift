import Core

/// A look back: a moment of the run as it was recorded, while the engine may go on.
struct Rewind {
    let film: Film
    /// The event after which the moment is.
    private(set) var number: UInt64
    private(set) var picture: Picture

    /// A press of a page key is so long.
    private static let page = Microseconds(10_000_000)

    init(_ film: Film, at number: UInt64) {
        self.film = film
        let timeline = film.timeline
        self.number = min(max(number, timeline.firstNumber), timeline.lastNumber)
        picture = film.picture(at: self.number)
    }

    /// How many events follow the moment, as far as the film goes.
    var eventsAfter: UInt64 { film.timeline.lastNumber - number }

    enum Move: Equatable {
        case back, forth, pageBack, pageForth, oldest, newest
        /// To an event, such as that of a mark.
        case to(UInt64)
    }

    mutating func go(_ move: Move) {
        self = Rewind(film, at: target(move))
    }

    /// To this time, between two events too.
    mutating func play(to time: Microseconds) {
        let number = film.timeline.number(at: time)
        if number != self.number { self = Rewind(film, at: number) }
        picture.now = time
    }

    private func target(_ move: Move) -> UInt64 {
        let timeline = film.timeline
        let time = timeline.time(of: number)
        return switch move {
        case .back: number > 0 ? number - 1 : 0
        case .forth: number + 1
        case .pageBack: min(number, timeline.number(at: time - Self.page))
        case .pageForth: max(number, timeline.number(at: time + Self.page))
        case .oldest: timeline.firstNumber
        case .newest: timeline.lastNumber
        case .to(let number): number
        }
    }
}
