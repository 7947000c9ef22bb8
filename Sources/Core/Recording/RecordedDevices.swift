/// The devices that a recording names, with the numbers that they had in the run.
package struct RecordedDevices: Sendable {
    static let limit: UInt64 = 1_000_000

    private var numbers: [String: UInt32] = [:]
    private var names: [UInt32: String] = [0: "(other)"]
    private var next: UInt32 = 1

    /// The names by their numbers.
    var all: [UInt32: String] { names }

    func device(named name: String) -> DeviceID? {
        numbers[name].map { DeviceID($0) }
    }

    /// - Returns: `nil` where no number is left.
    mutating func add(_ name: String, number: UInt64?) -> DeviceID? {
        if number == nil { while names[next] != nil { next += 1 } }
        let number = number.map { UInt32($0) } ?? next
        guard number <= Self.limit else { return nil }
        numbers[name] = number
        names[number] = name
        return DeviceID(number)
    }

    package func name(of device: DeviceID) -> String {
        names[device.index] ?? "\(device.index)"
    }
}
