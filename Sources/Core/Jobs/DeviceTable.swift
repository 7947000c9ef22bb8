/// The names of the devices, each given a small number the first time it is seen.
///
/// Looking up a known name costs one hash of its bytes and no allocation. At most `limit` devices
/// are told apart; the rest are `DeviceID.other`, shown as `(other)`. Any thread may call it.
package final class DeviceTable: @unchecked Sendable {
    // Sendable because every property below is touched only inside `lock`.
    private let lock = SpinLock()
    private var names: [String] = ["(other)"]
    /// Open addressing: an index into `names`, or 0 where the place is free.
    private var places: [UInt32]
    private var hashes: [UInt64] = [0]
    private let limit: Int
    private let seed = UInt64.random(in: .min ... .max)

    /// - Parameters:
    ///   - limit: How many devices are told apart, from 1 to 1 000 000: an event has 20 bits.
    ///   - known: Names that get the numbers 1, 2, 3 …; no more than the limit, none twice.
    package init(limit: Int, known: [String] = []) {
        precondition(
            (1...1_000_000).contains(limit),
            "a device table holds 1 to 1000000, not \(limit)"
        )
        precondition(known.count <= limit, "\(known.count) names are more than \(limit)")
        self.limit = limit
        places = Array(repeating: 0, count: 64)
        for (index, name) in known.enumerated() {
            let device = device(named: name)
            precondition(device.index == UInt32(index + 1), "\(name) is there twice")
        }
    }

    /// The number of this name, which must be sanitised already and at most 64 bytes of UTF-8.
    package func device(named name: Span<UInt8>) -> DeviceID {
        let hash = hash(name)
        lock.lock()
        defer { lock.unlock() }
        let place = find(name, hash: hash)
        if places[place] != 0 { return DeviceID(places[place]) }
        guard names.count <= limit else { return .other }
        return add(name, hash: hash, at: place)
    }

    package func device(named name: String) -> DeviceID {
        let bytes = Array(name.utf8)
        return device(named: bytes.span)
    }

    package func name(of device: DeviceID) -> String {
        lock.withLock { names[Int(device.index)] }
    }

    private func add(_ name: Span<UInt8>, hash: UInt64, at place: Int) -> DeviceID {
        let number = UInt32(names.count)
        names.append(name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
        hashes.append(hash)
        places[place] = number
        if names.count * 2 > places.count { grow() }
        return DeviceID(number)
    }

    /// The place where the name is, or the free place where it would go.
    private func find(_ name: Span<UInt8>, hash: UInt64) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            let candidate = Int(places[place])
            if hashes[candidate] == hash && Self.matches(names[candidate], name) { return place }
            place = (place + 1) & mask
        }
        return place
    }

    private func grow() {
        let mask = places.count * 2 - 1
        places = Array(repeating: 0, count: mask + 1)
        for number in 1..<names.count {
            var place = Int(truncatingIfNeeded: hashes[number]) & mask
            while places[place] != 0 { place = (place + 1) & mask }
            places[place] = UInt32(number)
        }
    }

    private static func matches(_ stored: String, _ name: Span<UInt8>) -> Bool {
        let utf8 = stored.utf8
        guard utf8.count == name.count else { return false }
        var position = 0
        for byte in utf8 {
            if byte != name[position] { return false }
            position += 1
        }
        return true
    }

    /// FNV-1a with a final mix, because the low bits choose the place. It begins with a number that
    /// nobody outside knows, so that nobody can make up names that all go to one place.
    private func hash(_ name: Span<UInt8>) -> UInt64 {
        var hash = seed
        for position in name.indices {
            hash = (hash ^ UInt64(name[position])) &* 0x0000_0100_0000_01b3
        }
        return hash ^ (hash >> 32)
    }
}
