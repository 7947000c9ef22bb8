/// How many jobs of each device are on their way: accepted, and neither executed, taken nor lost.
///
/// A sender, told apart by its number, answers for all jobs of the devices for which it sent last. So
/// a job needs no memory of where it came from, and the sums of the senders are always those of
/// their devices: what one of them is charged with goes away when the jobs do. Any thread may use it.
package final class Backlog: Sendable {
    fileprivate struct Account {
        var jobs = 0
        var sender = 0
        var isListed = false
    }

    fileprivate struct Books {
        /// By the devices' numbers.
        var devices: [Account] = []
        /// By the senders' numbers; 0 is nobody.
        var senders: [Int] = [0]
        /// Those with jobs, and some that had some a moment ago.
        var listed: [DeviceID] = []
        /// With so many on the list, those without jobs leave it.
        var nextSweep = leastSweep

        static let leastSweep = 256
    }

    /// The most jobs that may be on their way; `nil` for no limit.
    package struct Limits: Equatable, Sendable {
        package var device: Int?
        package var sender: Int?

        package init(device: Int? = nil, sender: Int? = nil) {
            self.device = device
            self.sender = sender
        }
    }

    /// Whose limit is reached.
    package enum Excess: Equatable, Sendable {
        case device(limit: Int)
        case sender(limit: Int)
    }

    private let books = Guarded(Books())

    package init() {}

    /// Notes one more job.
    ///
    /// - Parameters:
    ///   - device: Whose it is.
    ///   - sender: Who sent it; 0 where nobody answers for it.
    package func add(_ device: DeviceID, from sender: Int = 0) {
        books.withLock { $0.add(device, from: sender) }
    }

    /// Notes one more job unless a limit is reached, in one step: no two threads overshoot it.
    ///
    /// - Parameters:
    ///   - device: Whose it is.
    ///   - sender: Who sent it.
    ///   - limits: The most that there may be.
    /// - Returns: The limit that is reached; then nothing was noted.
    package func add(_ device: DeviceID, from sender: Int, unlessOver limits: Limits) -> Excess? {
        books.withLock { books in
            if let excess = books.excess(device, sender, limits) { return excess }
            books.add(device, from: sender)
            return nil
        }
    }

    /// The limit that one more job would break.
    package func excess(_ device: DeviceID, from sender: Int, over limits: Limits) -> Excess? {
        books.withLock { $0.excess(device, sender, limits) }
    }

    /// Notes one more job for each of these, for which nobody answers.
    package func add(_ devices: UnsafeBufferPointer<DeviceID>) {
        guard !devices.isEmpty else { return }
        books.withLock { books in
            for device in devices { books.add(device, from: 0) }
        }
    }

    /// A broken program took a job twice: whoever answers for the first answers for the second.
    func addCopy(_ device: DeviceID) {
        books.withLock { $0.add(device, from: $0.account(of: device).sender) }
    }

    /// A job has gone, or was not accepted after all.
    package func remove(_ device: DeviceID) {
        books.withLock { $0.remove(device) }
    }

    func remove(_ jobs: UnsafeBufferPointer<FinishedJob>) {
        books.withLock { books in
            for job in jobs { books.remove(job.device) }
        }
    }

    package func jobs(of device: DeviceID) -> Int {
        books.withLock { $0.account(of: device).jobs }
    }

    package func jobs(from sender: Int) -> Int {
        books.withLock { $0.senders.indices.contains(sender) ? $0.senders[sender] : 0 }
    }

    /// The devices that have jobs on their way, and some that had some a moment ago, those with the
    /// most first: who speaks, even where no job of it is ever executed.
    ///
    /// - Parameters:
    ///   - known: Of whom nothing need be said.
    ///   - reach: How many are looked at; those that have been there longest come first.
    /// - Returns: None of those that are known.
    package func devices(beside known: Set<DeviceID>, of reach: Int = .max) -> [DeviceID] {
        let speaking = books.withLock { books in
            books.listed.prefix(reach).map { (device: $0, jobs: books.account(of: $0).jobs) }
        }
        return speaking.filter { !known.contains($0.device) }
            .sorted { $0.jobs == $1.jobs ? $0.device.index < $1.device.index : $0.jobs > $1.jobs }
            .map(\.device)
    }

    /// All jobs on their way.
    package var count: Int {
        books.withLock { books in books.devices.reduce(0) { $0 + $1.jobs } }
    }
}

extension Backlog.Books {
    fileprivate func account(of device: DeviceID) -> Backlog.Account {
        let place = Int(device.index)
        return place < devices.count ? devices[place] : Backlog.Account()
    }

    fileprivate func excess(
        _ device: DeviceID,
        _ sender: Int,
        _ limits: Backlog.Limits
    ) -> Backlog.Excess? {
        let account = account(of: device)
        if let limit = limits.device, account.jobs >= limit { return .device(limit: limit) }
        guard let limit = limits.sender, sender > 0 else { return nil }
        // With this job the device's others become the sender's, if they are not yet.
        let moved = account.sender == sender ? 0 : account.jobs
        let sent = sender < senders.count ? senders[sender] : 0
        return sent + moved >= limit ? .sender(limit: limit) : nil
    }

    @inline(__always)
    fileprivate mutating func add(_ device: DeviceID, from sender: Int) {
        let place = Int(device.index)
        while devices.count <= place { devices.append(Backlog.Account()) }
        while senders.count <= sender { senders.append(0) }
        let before = devices[place].sender
        if before != sender {
            senders[before] -= devices[place].jobs
            senders[sender] += devices[place].jobs
            devices[place].sender = sender
        }
        devices[place].jobs += 1
        senders[sender] += 1
        if !devices[place].isListed { list(device) }
    }

    /// Sweeping takes as long as the list is, but not before as many have come as stayed.
    private mutating func list(_ device: DeviceID) {
        if listed.count >= nextSweep {
            listed.removeAll { other in
                let isIdle = devices[Int(other.index)].jobs == 0
                if isIdle { devices[Int(other.index)].isListed = false }
                return isIdle
            }
            nextSweep = max(Self.leastSweep, 2 * listed.count)
        }
        devices[Int(device.index)].isListed = true
        listed.append(device)
    }

    @inline(__always)
    fileprivate mutating func remove(_ device: DeviceID) {
        let place = Int(device.index)
        // Whatever went wrong, a count below zero would let its owner send more for ever.
        guard place < devices.count, devices[place].jobs > 0 else { return }
        devices[place].jobs -= 1
        senders[devices[place].sender] -= 1
    }
}
