/// Why a text is no list of priorities.
package enum PriorityError: Error, Equatable, Sendable {
    case noNumber(String)
    case outOfRange(String)
    case badName(String)
    case twice(String)
    case tooMany(Int)
}

extension PriorityError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noNumber(let part): "\"\(part)\" is not a device and its priority, such as 3=5"
        case .outOfRange(let part):
            "\"\(part)\": a priority is \(PriorityFirst.limits.lowerBound) to"
                + " \(PriorityFirst.limits.upperBound)"
        case .badName(let part): "\"\(part)\": a device's name has 1 to 64 bytes"
        case .twice(let name): "device \"\(name)\" is there twice"
        case .tooMany(let count):
            "\(count) devices are more than \(PriorityFirst.mostDevices)"
        }
    }
}

extension PriorityFirst {
    static let mostDevices = 1000

    /// Reads `DEVICE=N,…`; the last equals sign counts, because names may have some.
    package init(_ text: String) throws(PriorityError) {
        var priorities: [(device: String, priority: Int)] = []
        let parts = text.split(separator: ",")
        guard parts.count <= Self.mostDevices else { throw .tooMany(parts.count) }
        for part in parts.map(String.init) {
            guard let sign = part.lastIndex(of: "="),
                let number = Int(part[part.index(after: sign)...])
            else { throw .noNumber(part) }
            let name = String(part[..<sign])
            guard Self.limits.contains(number) else { throw .outOfRange(part) }
            guard (1...64).contains(name.utf8.count) else { throw .badName(part) }
            guard !priorities.contains(where: { $0.device == name }) else { throw .twice(name) }
            priorities.append((name, number))
        }
        self.init(priorities)
    }
}
