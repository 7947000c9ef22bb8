import Core

@testable import Dashboard

/// Runs of the real kernel in virtual time, for what is drawn of queue and schedules.
extension Fixture {
    /// Two consumers, a buffer of 3, jobs of three devices; as a film and as the picture at its end.
    static func busy(
        jobs: Int = 60,
        width: Int = 80,
        height: Int = 24
    ) -> DashboardModel {
        let (film, rehearsal) = busyFilm(jobs: jobs)
        let picture = film.picture(at: film.timeline.lastNumber)
        var model = model(picture.state, width: width, height: height)
        model.live = picture
        let measured = film.timeline.executedJobs(upTo: .max, limit: rehearsal.finished.count)
        model.comparison = ScheduleComparison(measured, on: ScheduleComparison.Shape(model))
        return model
    }

    static func busyFilm(jobs: Int) -> (Film, Rehearsal) {
        var settings = EngineSettings()
        settings.kernel.capacity = 3
        settings.consumers = 2
        let rehearsal = Rehearsal(settings)
        for number in 0..<jobs {
            let job = Job(
                device: DeviceID(UInt32(number % 3 + 1)),
                cpuTime: seconds(Double(number % 4) + 0.5)
            )
            rehearsal.send(job, at: seconds(Double(number)))
        }
        rehearsal.run(until: seconds(Double(jobs)))
        let start = EngineState(
            capacity: 3,
            programs: ProgramCatalog.correct,
            rate: .normal
        )
        let film = Film(
            timeline: Timeline(from: start, events: rehearsal.takeEvents()),
            isStrict: false,
            nameOfDevice: { deviceNames[Int($0.index) % deviceNames.count] },
            wallClock: WallClock(WallTime(milliseconds: 0))
        )
        return (film, rehearsal)
    }
}
