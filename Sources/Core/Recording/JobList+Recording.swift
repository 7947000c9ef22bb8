/// The jobs of a recorded run, so that its very arrivals can be tried under other policies.
extension JobList {
    /// Jobs as the producers produced them; time begins with the first.
    ///
    /// A recording says when a job was produced, not when it was received: where producers had to
    /// wait for a slot, that is later. A job needs the time that it took at the rate of the moment; at
    /// the maximum, where it took none, what it asked for.
    ///
    /// - Parameters:
    ///   - timeline: The run.
    ///   - last: The last event that counts.
    ///   - limit: How many jobs are kept, the latest.
    ///   - nameOfDevice: As the recording has it.
    package init(
        of timeline: Timeline,
        upTo last: UInt64 = .max,
        limit: Int = limit,
        nameOfDevice: (DeviceID) -> String
    ) {
        self.init()
        let events = timeline.events(in: timeline.firstNumber...max(last, timeline.firstNumber))
        var jobs: [Entry] = []
        var rate = timeline.state(at: timeline.firstNumber).rate
        for event in events {
            switch event.fact {
            case .rateChanged(let next): rate = next
            case .produced(let device, let cpuTime):
                let needed = rate.isMaximum ? cpuTime : rate.time(for: cpuTime)
                jobs.append(Entry(arrival: event.time, device: device, cpuTime: needed))
            default: break
            }
        }
        // In a stranger's file times may go back; to put each job into its place would take long.
        let latest = jobs.suffix(limit).sorted { $0.arrival < $1.arrival }
        let start = latest.first?.arrival ?? .zero
        for job in latest {
            add(
                Entry(
                    arrival: job.arrival - start,
                    device: device(named: nameOfDevice(job.device)),
                    cpuTime: job.cpuTime
                )
            )
        }
    }
}
