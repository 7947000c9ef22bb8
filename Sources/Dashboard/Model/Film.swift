import Core

/// A recorded run, and how its moments look on the screen: a picture for each.
///
/// A picture is made of the events alone, so a moment of a live engine's history and the same moment
/// of a recording are the same, cell for cell. What no event tells, such as the socket's counters,
/// is not in it.
struct Film {
    var timeline: Timeline
    let isStrict: Bool
    let nameOfDevice: @Sendable (DeviceID) -> String
    let wallClock: WallClock

    /// So many events before the moment are looked through for the log and for what is wrong.
    private static let reach: UInt64 = 1000
    private static let rowLimit = 1000

    /// The screen's content after the event of this number.
    ///
    /// - Complexity: Folds 2000 events at most, and looks at the devices.
    func picture(at number: UInt64) -> Picture {
        var reader = EventReader(
            from: timeline.state(at: number > Self.reach ? number - Self.reach : 0),
            isStrict: isStrict,
            nameOfDevice: nameOfDevice,
            wallClock: wallClock
        )
        timeline.walk(from: reader.state.number + 1, to: number) { event, before in
            reader.read(event, before: before)
            if before.number + 1 == number { reader.tell(event, before) }
        }
        var picture = Picture(state: reader.state)
        picture.moment = reader.moment
        picture.now = timeline.time(of: number)
        picture.log.append(reader.takeLines())
        picture.history = OccupancyHistory(
            seconds: timeline.occupancy(at: number, seconds: OccupancyHistory.limit),
            latest: reader.state.occupied,
            at: picture.now
        )
        picture.devices = timeline.cpuTimes(at: number).prefix(Self.rowLimit).map { entry in
            DeviceRow(name: nameOfDevice(entry.device), cpuTime: entry.cpuTime, jobs: entry.jobs)
        }
        picture.verdict = reader.verdict
        picture.chart = reader.chart(at: picture.now)
        picture.figures = reader.figures(at: picture.now)
        return picture
    }

    /// Where something goes wrong, from the first event to the last.
    func faultMarks() -> [Timeline.Mark] {
        var watch = FaultWatch(isStrict: isStrict)
        var state = timeline.state(at: timeline.firstNumber)
        var marks: [Timeline.Mark] = []
        timeline.walk(from: timeline.firstNumber + 1, to: timeline.lastNumber) { event, before in
            state.apply(event)
            for fault in watch.note(event, before: before, after: state) {
                marks.append(Timeline.Mark(number: fault.number, label: fault.kind.title))
            }
        }
        return marks
    }
}
