/// What a thread that was killed held, and who has it now.
///
/// All in one event: between two, units would be missing.
package struct Legacy: Equatable, Sendable {
    /// The semaphore that its unit went back to; `nil` when it held none.
    package var unit: SemaphoreName?
    /// The waiter who got the unit.
    package var unitHandedTo: ThreadID?
    /// Whether it was in the critical section.
    package var freesMutex = false
    package var mutexHandedTo: ThreadID?
    /// The condition of a notification that it had not yet made anything of, and that went on to
    /// the next waiter.
    package var notified: ConditionName?
    package var woken: ThreadID?

    package init() {}

    // Three names of two bits and a flag, then three threads of seventeen.

    var bits: UInt64 {
        Self.number(unit) | Self.number(notified) << 2 | (freesMutex ? 1 : 0) << 4
            | Self.number(unitHandedTo) << 8 | Self.number(mutexHandedTo) << 25
            | Self.number(woken) << 42
    }

    init(bits: UInt64) {
        unit = Self.name(bits)
        notified = Self.name(bits >> 2)
        freesMutex = bits >> 4 & 1 == 1
        unitHandedTo = Self.thread(bits >> 8)
        mutexHandedTo = Self.thread(bits >> 25)
        woken = Self.thread(bits >> 42)
    }

    private static func number(_ name: (some RawRepresentable<UInt8>)?) -> UInt64 {
        name.map { UInt64($0.rawValue) + 1 } ?? 0
    }

    private static func name<Name: RawRepresentable<UInt8>>(_ bits: UInt64) -> Name? {
        bits & 3 == 0 ? nil : Name(rawValue: UInt8(bits & 3) - 1)
    }

    private static func number(_ thread: ThreadID?) -> UInt64 {
        thread.map { UInt64($0.index) + 1 } ?? 0
    }

    private static func thread(_ bits: UInt64) -> ThreadID? {
        let number = bits & 0x1FFFF
        return number == 0 ? nil : ThreadID(UInt16(number - 1))
    }
}
