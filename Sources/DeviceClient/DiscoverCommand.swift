import ArgumentParser
import Core

/// Which servers there are, as they tell by multicast DNS.
struct DiscoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Find servers by multicast DNS.",
        discussion: """
            Servers that were started with --advertise answer. Other programs find them too, such as \
            avahi-browse -rt _signalbox._tcp.
            """
    )

    @Option(
        help: "Through which interface to ask, by name or address. (default: all, and loopback)"
    )
    var interface: String?

    @Option(help: "How many seconds to wait for answers.")
    var seconds = 2.0

    @Option(help: "Look for this instance only, and end as soon as it is found.")
    var name: String?

    private static let limits = 0.1...3600

    func validate() throws {
        guard Self.limits.contains(seconds) else {
            throw ValidationError(
                "--seconds is \(Self.limits.lowerBound) to \(Self.limits.upperBound), not \(seconds)."
            )
        }
    }

    func run() throws {
        let interfaces =
            try interface.map { [try NetworkInterface.named($0)] }
            ?? NetworkInterface.all()
        let discovery = try Discovery(on: interfaces, clock: SystemClock())
        let found = try discovery.search(atMost: .seconds(seconds)) { [name] servers in
            name != nil && servers.contains { $0.instance == name }
        }.filter { name == nil || $0.instance == name }
        guard let first = found.first else {
            let who = name.map { "no server called '\(Sanitizer.sanitize($0))'" } ?? "no server"
            Output.error.write("\(who) answered within \(Microseconds.seconds(seconds)) s\n")
            throw ExitCode(1)
        }
        Output.standard.write(Self.text(of: found, first: first))
    }

    /// A table, and what to do next.
    ///
    /// - Parameters:
    ///   - servers: Who was found.
    ///   - first: Whom to ask next.
    /// - Returns: Whole lines.
    static func text(of servers: [DiscoveredServer], first: DiscoveredServer) -> String {
        // Over UDP a server tells other machines nothing without a token.
        let tcp = first.address.isLoopback ? "" : " --tcp"
        let head = ["instance", "host", "address", "port", "dialects", "mailboxes"]
        let rows = servers.map { server in
            [
                server.instance, server.host, server.address.host, "\(server.address.port)",
                server.dialects, server.mailboxes,
            ]
        }
        let widths = head.indices.map { column in
            ([head] + rows).map { $0[column].count }.max() ?? 0
        }
        let lines = ([head] + rows).map { row in
            zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ")
        }.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        return lines.joined(separator: "\n") + """


            Ask it for its services:
              signalbox-device call lookup \(first.address.host) \(first.address.port)\(tcp)

            """
    }
}
