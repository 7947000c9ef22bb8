/// How many connections there may be, and how long each may say nothing.
///
/// `nil` means no limit. Total and calls bound the memory; the others keep strangers in check, so
/// they do not hold for loopback unless the user says so.
package struct ConnectionLimits: Equatable, Sendable {
    package var connections = 256
    package var connectionsPerPeer: PeerLimit<Int> = .strangers(16)
    /// Those that one peer opens in a second; twice as many may come at once.
    package var connectionRate: PeerLimit<Int> = .strangers(50)
    /// From the connection to the bytes that tell its dialect.
    package var firstBytes: PeerLimit<Microseconds> = .strangers(.seconds(5))
    /// From a message's first byte to its last.
    package var message: PeerLimit<Microseconds> = .strangers(.seconds(10))
    /// Without a byte in either direction.
    package var idle: PeerLimit<Microseconds> = .strangers(.seconds(60))
    /// Calls under way at the same time.
    package var calls = 1024

    package init() {}

    /// The most bytes of messages; the defaults are the most that can be said.
    package var longestDatagram = DatagramDialect.longestDatagram
    package var longestRecord = RecordMarking.longestRecord
    package var longestJSON = JSONFraming.longestObject
    package var longestText = TextStream.longestMessage
    package var longestHead = HTTPHandler.longestHead
    /// Calls of one connection under way at the same time.
    package var callsPerConnection = RemoteCallHandler.usualCallsUnderWay

    /// A limit, and for whom it holds.
    package enum PeerLimit<Value: Equatable & Sendable>: Equatable, Sendable {
        /// For everybody: the user has set it.
        case everybody(Value)
        /// For all but loopback.
        case strangers(Value)

        package func value(isLoopback: Bool) -> Value? {
            switch self {
            case .everybody(let value): value
            case .strangers(let value): isLoopback ? nil : value
            }
        }
    }
}
