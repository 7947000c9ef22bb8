import Core
import Synchronization

/// Jobs out of nothing, as fast as they are asked for: 16 devices in turn, each job its number
/// modulo 7 microseconds.
final class SyntheticSource: JobSource {
    private let next = Atomic<UInt64>(0)
    private let count: UInt64
    private let clock: SystemClock
    /// As many jobs as there are different ones, and a batch more: a batch is one copy.
    private let pattern: [QueuedJob]

    init(count: UInt64, clock: SystemClock) {
        self.count = count
        self.clock = clock
        pattern = (0..<Self.period + 256).map { number in
            let job = Job(
                device: DeviceID(UInt32(1 + number % 16)),
                cpuTime: Self.cpuTime(of: UInt64(number))
            )
            return QueuedJob(job, arrival: .zero)
        }
    }

    private static let period = 16 * 7

    func take(into jobs: UnsafeMutableBufferPointer<QueuedJob>) -> Int {
        let first = next.add(UInt64(jobs.count), ordering: .relaxed).oldValue
        guard first < count else { return 0 }
        let taken = min(UInt64(jobs.count), count - first)
        let now = clock.now
        let start = Int(first % UInt64(Self.period))
        for offset in 0..<Int(taken) {
            jobs[offset] = pattern[start + offset]
            jobs[offset].arrival = now
        }
        return Int(taken)
    }

    /// Nobody is killed here.
    func giveBack(_ job: QueuedJob) {}

    func letGo(_ parker: Parker) {
        parker.unpark()
    }

    var isClosed: Bool { next.load(ordering: .relaxed) >= count }

    static func cpuTime(of number: UInt64) -> Microseconds {
        Microseconds(number % 7)
    }

    /// What the ledger must hold for each device in the end.
    static func expected(count: UInt64) -> [Microseconds] {
        var sums = Array(repeating: Microseconds.zero, count: 17)
        for number in 0..<count { sums[Int(1 + number % 16)] += cpuTime(of: number) }
        return sums
    }
}

struct NoReplies: ReplySender {
    func send(_ ticket: ReplyTicket) {}
    func forget(_ ticket: ReplyTicket) {}
}
