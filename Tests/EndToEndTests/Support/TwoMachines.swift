import Foundation
import Testing

/// Two machines on one cable: two network namespaces of Linux, joined by a pair of virtual interfaces.
///
/// The test makes them, and they go with it. See ip-netns(8) and veth(4).
final class TwoMachines {
    /// One of them: a namespace with one interface beside loopback.
    struct Machine {
        let namespace: String
        let interface: String
        let address: String
        /// Of IPv6, on the cable only.
        let linkAddress: String

        /// What the shell is to run a program there; the program gets the process's number.
        let prefix: [String]

        /// Starts a program there.
        func run(_ path: String, _ words: String) throws -> Child {
            try run(path, words.split(separator: " ").map(String.init))
        }

        func run(_ path: String, _ arguments: [String]) throws -> Child {
            let line = prefix + [path] + arguments
            return try Child(try #require(line.first), Array(line.dropFirst()))
        }
    }

    let left: Machine
    let right: Machine

    /// Whether this user may make namespaces.
    static let areAllowed: Bool = {
        guard Tool.ip.path != nil else { return false }
        let name = "sbx\(UUID().uuidString.prefix(8))"
        guard (try? ip("netns", "add", name)) != nil else { return false }
        let works = (try? ip("netns", "exec", name, "true")) != nil
        return (try? ip("netns", "del", name)) != nil && works
    }()

    init() throws {
        // The names of interfaces have at most 15 characters.
        let id = UUID().uuidString.prefix(6).lowercased()
        let ip = try Tool.ip.required()
        let machines = ["a", "b"].enumerated().map { number, side in
            Machine(
                namespace: "sbx-\(id)-\(side)",
                interface: "sbx\(id)\(side)",
                address: "10.66.0.\(number + 1)",
                linkAddress: "fe80::66:\(number + 1)",
                prefix: [ip, "netns", "exec", "sbx-\(id)-\(side)"]
            )
        }
        (left, right) = (machines[0], machines[1])
        for machine in machines { try Self.ip("netns", "add", machine.namespace) }
        try Self.ip(
            "link",
            "add",
            left.interface,
            "netns",
            left.namespace,
            "type",
            "veth",
            "peer",
            "name",
            right.interface,
            "netns",
            right.namespace
        )
        for machine in machines {
            let inside = ["-n", machine.namespace]
            try Self.ip(
                inside + ["addr", "add", "\(machine.address)/24", "dev", machine.interface]
            )
            // Where there is no IPv6, a test of it is left out.
            try? Self.ip(
                inside + [
                    "addr", "add", "\(machine.linkAddress)/64", "dev", machine.interface, "nodad",
                ]
            )
            try Self.ip(inside + ["link", "set", machine.interface, "up"])
            try Self.ip(inside + ["link", "set", "lo", "up"])
        }
    }

    deinit {
        // The interfaces go with them.
        for machine in [left, right] { try? Self.ip("netns", "del", machine.namespace) }
    }

    private static func ip(_ arguments: String...) throws { try ip(arguments) }

    private static func ip(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: try Tool.ip.required())
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ip \(arguments.joined(separator: " "))")
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves the test out, visibly, where namespaces may not be made: only root may.
    static var needsNamespaces: Self {
        .enabled(if: TwoMachines.areAllowed, "needs network namespaces, which are not allowed here")
    }
}
