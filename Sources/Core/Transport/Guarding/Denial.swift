/// Why the guard does not let somebody do something.
package enum Denial: Equatable, Sendable {
    /// More datagrams than the peer may send.
    case tooFast
    /// More datagrams than may come for one device.
    case deviceTooFast
    case queueFull(limit: Int)
    case deviceQueueFull(limit: Int)
    case tooManyWaits(limit: Int)
    case muted
    case addressMuted

    /// Whether it was the keyboard that silenced the device or the address.
    var isMute: Bool { self == .muted || self == .addressMuted }

    /// The counter of datagrams.
    var refusal: Refusal {
        switch self {
        case .tooFast: .tooFast
        case .deviceTooFast: .deviceTooFast
        case .queueFull, .tooManyWaits: .queueFull
        case .deviceQueueFull: .deviceQueueFull
        case .muted: .muted
        case .addressMuted: .mutedAddress
        }
    }

    /// The counter of everything else.
    var event: NetworkEvent {
        switch self {
        case .tooFast: .tooFast
        case .deviceTooFast: .deviceTooFast
        case .queueFull: .queueFull
        case .deviceQueueFull: .deviceQueueFull
        case .tooManyWaits: .tooManyWaits
        case .muted: .muted
        case .addressMuted: .mutedAddress
        }
    }
}

extension Denial: CustomStringConvertible {
    /// What a client is told that can be told anything.
    package var description: String {
        switch self {
        case .tooFast: "too many datagrams come from this address"
        case .deviceTooFast: "too many datagrams come for this device"
        case .queueFull(let limit): "this address has \(limit) jobs on their way, the most it may"
        case .deviceQueueFull(let limit):
            "this device has \(limit) jobs on their way, the most it may"
        case .tooManyWaits(let limit): "\(limit) calls of this address wait, the most that may"
        case .muted: "this device is muted"
        case .addressMuted: "this address is muted"
        }
    }
}
