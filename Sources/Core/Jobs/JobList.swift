/// Jobs that arrive at known times: what schedules are compared on.
package struct JobList: Equatable, Sendable {
    /// One job.
    package struct Entry: Equatable, Sendable {
        package let arrival: Microseconds
        package let device: DeviceID
        package let cpuTime: Microseconds

        package init(arrival: Microseconds, device: DeviceID, cpuTime: Microseconds) {
            self.arrival = arrival
            self.device = device
            self.cpuTime = cpuTime
        }
    }

    /// In the order of arrival; those of one moment in the order in which they were listed.
    package private(set) var entries: [Entry] = []
    /// The devices' names, by their numbers.
    package private(set) var names: [String] = ["(other)"]
    /// Lower goes first; who is not here has 0.
    package private(set) var priorities: [DeviceID: Int] = [:]
    private var numbers: [String: UInt32] = [:]

    package static let limit = 100_000
    /// The last arrival and all CPU times together, so that every moment of a schedule fits into an
    /// event.
    package static let longestRun = Microseconds(1_000_000_000_000)

    package init() {}

    /// The number of a device of this name, which is new or known already.
    package mutating func device(named name: String) -> DeviceID {
        if let number = numbers[name] { return DeviceID(number) }
        let number = UInt32(names.count)
        names.append(name)
        numbers[name] = number
        return DeviceID(number)
    }

    /// Adds a job, after those that arrive no later.
    package mutating func add(_ entry: Entry) {
        if let last = entries.last, last.arrival > entry.arrival {
            let place = entries.firstIndex { $0.arrival > entry.arrival } ?? entries.count
            entries.insert(entry, at: place)
        } else {
            entries.append(entry)
        }
    }

    package mutating func setPriority(_ priority: Int, of device: DeviceID) {
        priorities[device] = priority
    }

    /// The policy that knows these devices' priorities.
    package var priorityFirst: PriorityFirst {
        let devices = names.indices.dropFirst().map { index in
            (device: names[index], priority: priorities[DeviceID(UInt32(index))] ?? 0)
        }
        return PriorityFirst(devices)
    }

    package func name(of device: DeviceID) -> String {
        let index = Int(device.index)
        return names.indices.contains(index) ? names[index] : "\(index)"
    }

    /// How long it takes at most: until the last arrival, and then one job after the other.
    package var longestTime: Microseconds {
        entries.reduce(entries.last?.arrival ?? .zero) { $0 + $1.cpuTime }
    }
}

extension JobList {
    /// Jobs that are all there at the beginning.
    ///
    /// - Parameter jobs: Each with its device's name, its seconds and the device's priority.
    package init(atOnce jobs: [(device: String, seconds: Double, priority: Int)]) {
        for job in jobs {
            let device = device(named: job.device)
            add(Entry(arrival: .zero, device: device, cpuTime: .seconds(job.seconds)))
            setPriority(job.priority, of: device)
        }
    }

    /// The example of the textbook that shows best what an order can do: a long job, then two short.
    ///
    /// Source: R. H. Arpaci-Dusseau and A. C. Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*,
    /// §7.3, figure 7.2.
    package static let convoy = JobList(
        atOnce: [("A", 100, 0), ("B", 10, 0), ("C", 10, 0)]
    )
}
