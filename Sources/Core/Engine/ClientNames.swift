/// For whom each agent waits, or last had to wait. Any thread may use it.
package final class ClientNames: Sendable {
    /// By the agents' ordinals, from 1.
    private let names = Guarded<[String]>([])

    package init() {}

    func set(_ name: String, ofAgent ordinal: Int) {
        names.withLock { names in
            while names.count < ordinal { names.append("") }
            names[ordinal - 1] = name
        }
    }

    /// The client's name, such as `127.0.0.1 51234`; empty when the agent never had to wait.
    package func client(ofAgent ordinal: Int) -> String {
        names.withLock { $0.indices.contains(ordinal - 1) ? $0[ordinal - 1] : "" }
    }
}
