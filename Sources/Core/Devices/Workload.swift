/// What a number of devices will ask for; the same seed asks for the same.
package struct Workload: Equatable, Sendable {
    package var devices: Int
    package var jobsPerDevice: Int
    /// The jobs' CPU time.
    package var seconds: SecondsRange
    /// The pause before each job.
    package var interval: SecondsRange
    package var seed: UInt64
    /// The first device's name; the others count on from it.
    package var firstID: Int

    package init(
        devices: Int,
        jobsPerDevice: Int,
        seconds: SecondsRange,
        interval: SecondsRange,
        seed: UInt64,
        firstID: Int = 1
    ) {
        precondition(devices >= 0, "there are zero or more devices, not \(devices)")
        precondition(jobsPerDevice >= 0, "a device has zero or more jobs, not \(jobsPerDevice)")
        self.devices = devices
        self.jobsPerDevice = jobsPerDevice
        self.seconds = seconds
        self.interval = interval
        self.seed = seed
        self.firstID = firstID
    }

    package var jobs: Int { devices * jobsPerDevice }

    /// One device's jobs, which do not depend on how many devices there are; numbers begin at 0.
    package func stream(ofDevice number: Int) -> JobStream {
        JobStream(
            id: String(firstID + number),
            jobs: jobsPerDevice,
            seconds: seconds,
            interval: interval,
            random: RandomNumbers(seed: seed).stream(number)
        )
    }
}

/// A job that a device is going to send.
package struct PlannedJob: Equatable, Sendable {
    package let cpuTime: Microseconds
    package let pauseBefore: Microseconds
}

/// The jobs of one device, one after another.
package struct JobStream: Sequence, IteratorProtocol, Sendable {
    package let id: String
    private var left: Int
    private let seconds: SecondsRange
    private let interval: SecondsRange
    private var random: RandomNumbers

    init(
        id: String,
        jobs: Int,
        seconds: SecondsRange,
        interval: SecondsRange,
        random: RandomNumbers
    ) {
        self.id = id
        left = jobs
        self.seconds = seconds
        self.interval = interval
        self.random = random
    }

    /// More of the same kind, without an end and without regard to these.
    var endless: JobStream {
        JobStream(
            id: id,
            jobs: .max,
            seconds: seconds,
            interval: interval,
            random: random.stream(-1)
        )
    }

    package mutating func next() -> PlannedJob? {
        guard left > 0 else { return nil }
        left -= 1
        let cpuTime = seconds.value(using: &random)
        return PlannedJob(cpuTime: cpuTime, pauseBefore: interval.value(using: &random))
    }
}
