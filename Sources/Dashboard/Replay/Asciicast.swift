import Core
import Foundation
import TerminalUI

/// A recorded run as a film of its screen, which asciinema plays.
///
/// Pauses are kept, and where something goes wrong there is a marker. Frames come at most ten times
/// a second, as they would on the screen; so a long run makes a large file.
///
/// Source: the asciicast file format, version 2 (docs.asciinema.org/manual/asciicast/v2).
struct Asciicast {
    let film: Film
    let setup: DashboardModel.Setup
    let marks: [Timeline.Mark]
    var width = 80
    var height = 24

    private static let frame = Microseconds(100_000)
    /// Without an event the clock in the title still ticks.
    private static let tick = Microseconds(1_000_000)

    /// Writes the film, a line a frame.
    ///
    /// - Parameters:
    ///   - title: What the player shows.
    ///   - write: Takes each line, with its end; says whether to go on.
    func write(title: String, to write: (String) -> Bool) {
        let header = Header(width: width, height: height, title: title)
        guard write(line(header)) else { return }
        let timeline = film.timeline
        let (start, end) = (timeline.time(of: timeline.firstNumber), timeline.lastState.time)
        var (last, marksLeft): (CellBuffer?, ArraySlice<Timeline.Mark>) = (nil, marks[...])
        var time = start
        while true {
            let number = timeline.number(at: time)
            while let mark = marksLeft.first, mark.number <= number {
                marksLeft.removeFirst()
                guard write(entry(timeline.time(of: mark.number) - start, "m", mark.label)) else {
                    return
                }
            }
            let frame = Screen.draw(model(at: number, time))
            let text = frame.ansi(from: last, theme: .colour)
            last = frame
            if !text.isEmpty, !write(entry(time - start, "o", text)) { return }
            guard time < end else { return }
            time = nextTime(after: number, time, end)
        }
    }

    private func nextTime(
        after number: UInt64,
        _ time: Microseconds,
        _ end: Microseconds
    ) -> Microseconds {
        let isLast = number == film.timeline.lastNumber
        let next = isLast ? end : film.timeline.time(of: number + 1)
        return min(end, max(time + Self.frame, min(next, time + Self.tick)))
    }

    private func model(at number: UInt64, _ time: Microseconds) -> DashboardModel {
        var picture = film.picture(at: number)
        picture.now = time
        var model = DashboardModel(
            setup: setup,
            state: picture.state,
            size: (width: width, height: height)
        )
        model.live = picture
        return model
    }

    private struct Header: Encodable {
        let version = 2
        let width: Int
        let height: Int
        let title: String
    }

    private func entry(_ time: Microseconds, _ code: String, _ data: String) -> String {
        // An array of a number and two texts; encoded by hand because its kinds differ.
        let text = line(data).dropLast()
        return "[\(time), \"\(code)\", \(text)]\n"
    }

    private func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding numbers and text cannot fail.
        let data = (try? encoder.encode(value)) ?? Data()
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
