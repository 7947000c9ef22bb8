import Core
import Glibc

/// How others find a server and hear of it: multicast DNS and group events.
final class Presence {
    private let network: Network
    private let caster: GroupCaster?
    private let advertiser: Advertiser?

    /// Opens the sockets; nothing is sent before `start`.
    ///
    /// - Parameters:
    ///   - options: What the user said.
    ///   - addresses: Where the server listens.
    ///   - mailboxes: What is advertised; the group is told of the first, the default one.
    ///   - token: Signs the group's events, where there is one.
    ///   - network: On whose event loop it happens.
    ///   - clock: The engine's.
    /// - Throws: A `StartError` where an interface cannot be used.
    init(
        _ options: DiscoveryOptions,
        addresses: [SocketAddress],
        mailboxes: [MailboxEngine],
        token: Token?,
        network: Network,
        clock: any EngineClock
    ) throws {
        self.network = network
        let epoch = UInt64(clamping: WallTime(origin: clock).milliseconds)
        caster = try Self.open("--group", options.group) { name in
            let interface = try NetworkInterface.named(name)
            return try GroupCaster(
                group: options.groupName,
                on: interface,
                at: interface.places(of: addresses)[0],
                epoch: epoch,
                token: token,
                engine: mailboxes[0].engine,
                milliseconds: Seals.wallClock
            )
        }
        advertiser = try Self.open("--advertise", options.advertise) { name in
            let places = try Self.places(name, of: addresses)
            let port = places.first?.addresses.first?.port ?? 0
            let host = Self.hostName
            return try Advertiser(
                instance: "\(host) \(port)",
                host: "\(host)-\(port)",
                on: places,
                mailboxes: mailboxes.map(\.name),
                tally: network.tally,
                clock: clock
            )
        }
    }

    func start() {
        caster?.start(on: network)
        advertiser?.start()
    }

    /// Says goodbye.
    func stop() {
        advertiser?.stop()
        caster?.stop()
    }

    private static func open<Thing>(
        _ option: String,
        _ interface: String?,
        _ make: (String) throws -> Thing
    ) throws -> Thing? {
        do {
            return try interface.map(make)
        } catch let error as MulticastError {
            throw StartError("\(option): \(error)")
        }
    }

    /// The interfaces that are meant, and where the server is reached through each; `all` are those
    /// through which it is.
    private static func places(
        _ name: String,
        of addresses: [SocketAddress]
    ) throws -> [(interface: NetworkInterface, addresses: [SocketAddress])] {
        guard name == "all" else {
            let interface = try NetworkInterface.named(name)
            return [(interface, try interface.places(of: addresses))]
        }
        // Of several addresses of one interface the first is enough.
        var names: Set<String> = []
        let found = try NetworkInterface.all().compactMap { interface in
            (try? interface.places(of: addresses)).map { (interface: interface, addresses: $0) }
        }.filter { names.insert($0.interface.name).inserted }
        guard !found.isEmpty else {
            throw MulticastError.notReachable(interface: name, addresses: addresses)
        }
        return found
    }

    /// The machine's name without its domain.
    private static var hostName: String {
        var letters = [CChar](repeating: 0, count: 256)
        guard gethostname(&letters, letters.count - 1) == 0 else { return "signalbox" }
        let name = letters.map { UInt8(bitPattern: $0) }
            .prefix { $0 != 0 && $0 != UInt8(ascii: ".") }
        let text = Sanitizer.sanitize(Array(name).span)
        return text.isEmpty ? "signalbox" : text
    }
}
