/// One numbered step of the engine, in 16 bytes: who, when, what.
///
/// The number is not inside: events are numbered 1, 2, 3 … without gaps in the order in which the
/// kernel made them, so an event's number is its position.
package struct Event: Equatable, Sendable {
    /// Kind (8 bits), thread (16 bits), microseconds since the clock began (40 bits: 12 days).
    private let stamp: UInt64
    private let payload: UInt64

    private static let timeMask: UInt64 = (1 << 40) - 1
    private static let nobody: UInt16 = .max

    @inline(__always)
    private init(_ kind: Kind, by thread: UInt16, at time: Microseconds, payload: UInt64) {
        stamp = UInt64(kind.rawValue) << 56 | UInt64(thread) << 40 | time.count & Event.timeMask
        self.payload = payload
    }

    /// The thread is `nil` for what the keyboard or the command line did.
    @inline(__always)
    package init(_ fact: Fact, by thread: ThreadID?, at time: Microseconds) {
        let (kind, payload) = Event.encode(fact)
        self.init(kind, by: thread?.index ?? Event.nobody, at: time, payload: payload)
    }

    package var thread: ThreadID? {
        let index = UInt16(truncatingIfNeeded: stamp >> 40)
        return index == Event.nobody ? nil : ThreadID(index)
    }

    /// When, to the microsecond. A slice reads the clock once, so its events share a time.
    package var time: Microseconds { Microseconds(stamp & Event.timeMask) }

    /// What happened. All are in the past tense and complete with the state before.
    package enum Fact: Equatable, Sendable {
        /// - Parameter ordinal: The 2 in P2.
        case threadJoined(Program.Role, ordinal: Int, isAgent: Bool)
        case threadEnded
        case awaitedJobs
        case jobsArrived
        case produced(DeviceID, cpuTime: Microseconds)
        case inserted(slot: Int)
        case removed(slot: Int)
        case executionStarted
        /// - Parameters:
        ///   - device: Whose job it was; `nil` when the thread had none, having taken nothing.
        ///   - cpuTime: What the ledger gets: measured, or what the job asked for.
        case executionFinished(DeviceID?, cpuTime: Microseconds)
        /// The job has had a quantum, and is not done.
        case quantumEnded(cpuTime: Microseconds)
        /// The thread put its job, which is not done, back into the slot that it had kept.
        case putBack(slot: Int)
        /// The keyboard ended the thread: its job goes back to be produced again, and what else it
        /// held is free for others.
        case killed(Legacy)
        /// A thread that was killed begins anew.
        case revived
        /// The thread's jobs take longer than they should, or no longer do.
        case slowed(Bool)
        /// The thread looked where the next insert or remove goes.
        case indexRead(slot: Int)
        /// The thread set where the next insert or remove goes.
        case indexMoved(to: Int)
        /// The thread took a unit.
        case waited(SemaphoreName)
        /// There was no unit: the thread stands in the queue.
        case blocked(SemaphoreName)
        case timedOut(SemaphoreName)
        /// An agent's client waits no longer: what the agent held is given back, it is at its first
        /// line again, and a job that it had not inserted is no job of ours any more.
        case withdrew
        /// - Parameter handedTo: The waiter who got the unit; `nil` when the value rose by one.
        case signalled(SemaphoreName, handedTo: ThreadID?)
        /// A unit that was free went to the longest waiter, because service became strict.
        case handedOver(SemaphoreName, to: ThreadID)
        /// The thread left the monitor and stands in the condition's queue.
        case waitedCondition(ConditionName, mutexHandedTo: ThreadID?)
        /// - Parameter woken: The waiter who goes on, if there was one.
        case notified(ConditionName, woken: ThreadID?)
        /// A test or jump was passed; `to` is the line where the thread goes on.
        case jumped(to: Int)
        case paused
        case resumed
        case rateChanged(Rate)
        /// Every thread begins another program; jobs in slots and hands stay.
        ///
        /// - Parameters:
        ///   - index: Where in the state's library it is.
        ///   - compacts: Whether filled slots are moved together, as a ring needs.
        case programChanged(index: Int, compacts: Bool)
        /// The engine was told to stop; whoever waits is let go.
        case cancelled
    }

    package var fact: Fact {
        guard let kind = Kind(rawValue: UInt8(stamp >> 56)) else {
            preconditionFailure("an event of kind \(stamp >> 56) does not exist")
        }
        return Event.decode(kind, payload)
    }
}

// MARK: - The 16 bytes

extension Event {
    private enum Kind: UInt8 {
        case threadJoined, threadEnded, awaitedJobs, jobsArrived, produced, inserted, removed
        case executionStarted, executionFinished, waited, blocked, timedOut, signalled, handedOver
        case waitedCondition, notified, jumped, paused, resumed, rateChanged, cancelled
        case indexRead, indexMoved, programChanged, withdrew, quantumEnded, putBack, killed
        case revived, slowed
    }

    /// A day in microseconds needs 37 bits, which leaves 20 for the device.
    private static let cpuTimeBits: UInt64 = 40
    private static let noDevice: UInt64 = (1 << 20) - 1

    @inline(__always)
    private static func encode(_ fact: Fact) -> (Kind, UInt64) {
        switch fact {
        case .threadJoined(let role, let ordinal, let isAgent):
            (.threadJoined, UInt64(role.rawValue) | (isAgent ? 256 : 0) | UInt64(ordinal) << 16)
        case .threadEnded: (.threadEnded, 0)
        case .awaitedJobs: (.awaitedJobs, 0)
        case .jobsArrived: (.jobsArrived, 0)
        case .produced(let device, let cpuTime):
            (.produced, cpuTime.count | UInt64(device.index) << cpuTimeBits)
        case .inserted(let slot): (.inserted, UInt64(slot))
        case .removed(let slot): (.removed, UInt64(slot))
        case .executionStarted: (.executionStarted, 0)
        case .executionFinished(let device, let cpuTime):
            (
                .executionFinished,
                cpuTime.count | (device.map { UInt64($0.index) } ?? noDevice) << cpuTimeBits
            )
        case .quantumEnded(let cpuTime): (.quantumEnded, cpuTime.count)
        case .putBack(let slot): (.putBack, UInt64(slot))
        case .killed(let legacy): (.killed, legacy.bits)
        case .revived: (.revived, 0)
        case .slowed(let isSlow): (.slowed, isSlow ? 1 : 0)
        case .indexRead(let slot): (.indexRead, UInt64(slot))
        case .indexMoved(let slot): (.indexMoved, UInt64(slot))
        case .programChanged(let index, let compacts):
            (.programChanged, UInt64(index) | (compacts ? 1 << 32 : 0))
        case .waited(let name): (.waited, UInt64(name.rawValue))
        case .blocked(let name): (.blocked, UInt64(name.rawValue))
        case .timedOut(let name): (.timedOut, UInt64(name.rawValue))
        case .withdrew: (.withdrew, 0)
        case .signalled(let name, let other): (.signalled, pack(name.rawValue, other))
        case .handedOver(let name, let other): (.handedOver, pack(name.rawValue, other))
        case .waitedCondition(let name, let other): (.waitedCondition, pack(name.rawValue, other))
        case .notified(let name, let other): (.notified, pack(name.rawValue, other))
        case .jumped(let line): (.jumped, UInt64(line))
        case .paused: (.paused, 0)
        case .resumed: (.resumed, 0)
        case .rateChanged(let rate): (.rateChanged, UInt64(rate.thousandths))
        case .cancelled: (.cancelled, 0)
        }
    }

    private static func decode(_ kind: Kind, _ payload: UInt64) -> Fact {
        switch kind {
        case .threadJoined:
            .threadJoined(
                named(payload & 255),
                ordinal: Int(payload >> 16),
                isAgent: payload & 256 != 0
            )
        case .threadEnded: .threadEnded
        case .awaitedJobs: .awaitedJobs
        case .jobsArrived: .jobsArrived
        case .produced:
            .produced(
                DeviceID(UInt32(payload >> cpuTimeBits)),
                cpuTime: Microseconds(payload & ((1 << cpuTimeBits) - 1))
            )
        case .inserted: .inserted(slot: Int(payload))
        case .removed: .removed(slot: Int(payload))
        case .executionStarted: .executionStarted
        case .executionFinished:
            .executionFinished(
                payload >> cpuTimeBits == noDevice
                    ? nil : DeviceID(UInt32(payload >> cpuTimeBits)),
                cpuTime: Microseconds(payload & ((1 << cpuTimeBits) - 1))
            )
        case .quantumEnded: .quantumEnded(cpuTime: Microseconds(payload))
        case .putBack: .putBack(slot: Int(payload))
        case .killed: .killed(Legacy(bits: payload))
        case .revived: .revived
        case .slowed: .slowed(payload == 1)
        case .indexRead: .indexRead(slot: Int(payload))
        case .indexMoved: .indexMoved(to: Int(payload))
        case .programChanged:
            .programChanged(index: Int(payload & 0xFFFF_FFFF), compacts: payload >> 32 != 0)
        case .waited: .waited(named(payload))
        case .blocked: .blocked(named(payload))
        case .timedOut: .timedOut(named(payload))
        case .withdrew: .withdrew
        case .signalled: .signalled(named(payload & 255), handedTo: other(payload))
        case .handedOver: .handedOver(named(payload & 255), to: other(payload) ?? ThreadID(0))
        case .waitedCondition:
            .waitedCondition(named(payload & 255), mutexHandedTo: other(payload))
        case .notified: .notified(named(payload & 255), woken: other(payload))
        case .jumped: .jumped(to: Int(payload))
        case .paused: .paused
        case .resumed: .resumed
        case .rateChanged: .rateChanged(Rate(thousandths: UInt32(payload)))
        case .cancelled: .cancelled
        }
    }

    /// A name in the low byte and, in the next 16 bits, a thread's number plus one.
    @inline(__always)
    private static func pack(_ name: UInt8, _ other: ThreadID?) -> UInt64 {
        UInt64(name) | (other.map { UInt64($0.index) + 1 } ?? 0) << 8
    }

    private static func other(_ payload: UInt64) -> ThreadID? {
        let packed = payload >> 8
        return packed == 0 ? nil : ThreadID(UInt16(packed - 1))
    }

    private static func named<Name: RawRepresentable>(_ raw: UInt64) -> Name
    where Name.RawValue == UInt8 {
        guard let name = Name(rawValue: UInt8(raw)) else {
            preconditionFailure("there is no \(Name.self) number \(raw)")
        }
        return name
    }
}
