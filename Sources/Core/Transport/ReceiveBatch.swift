/// Memory that one receiver thread works in.
struct ReceiveBatch {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    var peer = SocketAddress()
    var rate: ArrivalRate
    /// Datagrams in this batch, or in the last one until the next begins; not all of them are jobs.
    var seen = 0
    /// How many of these were refused for coming too fast.
    var denied = 0
    /// How often one of them was served once more on purpose, which nobody has counted yet.
    var copies = 0
    private let memory: UnsafeMutableBufferPointer<QueuedJob>
    private(set) var count = 0
    /// Whose jobs came without being noted in the backlog.
    private let devices: UnsafeMutableBufferPointer<DeviceID>
    private var uncountedJobs = 0

    init(capacity: Int, longest: Int, sendersWait: Bool) {
        rate = ArrivalRate(sendersWait: sendersWait)
        bytes = .allocate(capacity: longest)
        bytes.initialize(repeating: 0)
        // Each of them may be doubled on purpose.
        memory = .allocate(capacity: 2 * capacity)
        devices = .allocate(capacity: 2 * capacity)
    }

    func deallocate() {
        bytes.deallocate()
        memory.deallocate()
        devices.deallocate()
    }

    /// Receives one datagram to the start of `bytes`; returns its whole length.
    mutating func receive(from socket: DatagramSocket, waiting: Bool) throws(SystemError) -> Int {
        try socket.receive(
            into: UnsafeMutableRawBufferPointer(bytes),
            from: &peer,
            waiting: waiting
        )
    }

    var jobs: UnsafeBufferPointer<QueuedJob> {
        UnsafeBufferPointer(rebasing: memory[..<count])
    }

    mutating func append(_ job: QueuedJob) {
        memory.initializeElement(at: count, to: job)
        count += 1
    }

    mutating func noteUncounted(_ device: DeviceID) {
        devices.initializeElement(at: uncountedJobs, to: device)
        uncountedJobs += 1
    }

    var uncounted: UnsafeBufferPointer<DeviceID> {
        UnsafeBufferPointer(rebasing: devices[..<uncountedJobs])
    }

    mutating func removeAll() {
        count = 0
        uncountedJobs = 0
    }
}
