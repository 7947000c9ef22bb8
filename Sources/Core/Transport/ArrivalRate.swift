/// Tells when datagrams come so fast that waiting a moment for the next ones saves work.
///
/// A datagram that is handed on alone costs several changes of thread, each the price of receiving
/// it. Where senders wait for replies, only a flood is held up, and for as short as can be: 64
/// datagrams within 320 µs, 200 000 a second, are more than such senders reach. A job that nobody
/// waits for may wait a millisecond for company, from 20 000 a second on.
struct ArrivalRate {
    /// So many datagrams within this time are a high rate.
    private let window: (count: Int, time: Microseconds)
    /// How long to collect. With the operating system's own slack it becomes some 50 µs more.
    let collectingPause: Duration

    private(set) var isHigh = false
    private var start = Microseconds.zero
    private var count = 0

    /// Senders may wait for replies, or are never sent any.
    init(sendersWait: Bool) {
        window = sendersWait ? (64, Microseconds(320)) : (20, Microseconds(1000))
        collectingPause = sendersWait ? .microseconds(50) : .milliseconds(1)
    }

    /// Notes that so many datagrams came since the last call.
    mutating func note(_ datagrams: Int, at now: Microseconds) {
        count += datagrams
        if now - start > window.time {
            // A pause to collect is longer than the window; what it brought still counts.
            isHigh = isHigh && count >= window.count
        } else if count >= window.count {
            isHigh = true
        } else {
            return
        }
        start = now
        count = 0
    }
}
