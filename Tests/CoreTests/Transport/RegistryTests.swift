import Testing

@testable import Core

/// A registry whose leases have known numbers, and what it published last.
private final class RegistryRig {
    let tally = NetworkTally()
    let registry: Registry
    private let registered = RegisteredServices()

    init(limit: Int = Registry.usualLimit, limitPerPeer: Int = Registry.usualLimitPerPeer) {
        registry = Registry(
            own: .loopback(port: 5555),
            limit: limit,
            limitPerPeer: limitPerPeer,
            numbers: RandomNumbers(seed: 7),
            tally: tally,
            publish: { [registered] in registered.entries = $0 }
        )
    }

    var published: [Registry.Entry] { registered.entries }

    func register(
        _ name: String,
        at address: String = "127.0.0.1.23.112",
        lease: UInt32 = 0,
        from peer: SocketAddress = .loopback(port: 4000),
        now: Double = 0
    ) -> RemoteLease {
        let service = RemoteService(name: name, address: address)
        let request = RemoteRegister(service, leaseSeconds: lease)
        return registry.register(request, from: peer, at: .seconds(now))
    }

    func names(_ name: String = "", now: Double = 0) -> [String] {
        registry.lookup(name, at: .seconds(now)).services.map(\.name)
    }
}

private func address(_ host: String, _ port: UInt16 = 4000) throws -> SocketAddress {
    try #require(SocketAddress(numeric: host, port: port))
}

@Suite("The registry", .timeLimit(.minutes(5)))
struct RegistryTests {
    @Test("who registers is found by name until the lease ends, and not a moment longer")
    func lease() {
        let rig = RegistryRig()

        let lease = rig.register("lamp")

        #expect(lease.code == .ok && lease.leaseSeconds == 30 && lease.lease != 0)
        #expect(rig.registry.lookup("lamp", at: .seconds(29.999)).code == .ok)
        #expect(
            rig.registry.lookup("lamp", at: .seconds(29.999)).services
                == [RemoteService(name: "lamp", address: "127.0.0.1.23.112")]
        )
        #expect(rig.registry.lookup("lamp", at: .seconds(30)) == RemoteHits(.empty))
        #expect(rig.published.map(\.name) == ["signalbox"])
    }

    @Test("a renewed lease runs from the renewal on, for the time that was granted")
    func renewal() {
        let rig = RegistryRig()
        let lease = rig.register("lamp", lease: 10).lease

        let renewed = rig.registry.renew(RemoteRenew(lease: lease), at: .seconds(9))

        #expect(renewed == RemoteLease(.ok, lease: lease, leaseSeconds: 30))
        #expect(rig.names("lamp", now: 38) == ["lamp"])
        #expect(rig.names("lamp", now: 39) == [])
        #expect(rig.registry.renew(RemoteRenew(lease: lease), at: .seconds(39)).code == .empty)
    }

    @Test(
        "0 asks for 30 s, and more than an hour is an hour",
        arguments: [(0, 30), (1, 1), (3600, 3600), (3601, 3600), (UInt32.max, 3600)]
            as [(UInt32, UInt32)]
    )
    func times(asked: UInt32, granted: UInt32) {
        #expect(RegistryRig().register("lamp", lease: asked).leaseSeconds == granted)
    }

    @Test("a cancelled lease is gone, and only the number gives the right to cancel")
    func cancelled() {
        let rig = RegistryRig()
        let lease = rig.register("lamp").lease

        #expect(rig.registry.cancel(lease: lease &+ 1, at: .zero) == .empty)
        #expect(rig.registry.cancel(lease: 0, at: .zero) == .empty)
        #expect(rig.names("lamp") == ["lamp"])
        #expect(rig.registry.cancel(lease: lease, at: .zero) == .ok)
        #expect(rig.registry.cancel(lease: lease, at: .zero) == .empty)
        #expect(rig.names("lamp") == [])
    }

    @Test("a name has several providers; the same one again replaces itself, with a new lease")
    func providers() {
        let rig = RegistryRig()
        let first = rig.register("lamp", at: "127.0.0.1.0.1")
        _ = rig.register("lamp", at: "127.0.0.1.0.2")

        let again = rig.register("lamp", at: "127.0.0.1.0.1", from: .loopback(port: 4001))

        let found = rig.registry.lookup("lamp", at: .zero).services.map(\.address)
        #expect(found == ["127.0.0.1.0.1", "127.0.0.1.0.2"])
        #expect(again.lease != first.lease)
        #expect(rig.registry.cancel(lease: first.lease, at: .zero) == .empty)
    }

    @Test("the server is registered itself, first and for ever; then come the newest")
    func order() throws {
        let rig = RegistryRig()
        for name in ["a", "b", "c"] { _ = rig.register(name, at: "10.0.0.1.1.1") }

        #expect(rig.names() == ["signalbox", "c", "b", "a"])
        #expect(rig.names(now: 1e6) == ["signalbox"])
        let own = try #require(rig.published.first)
        #expect(own.deadline == nil && own.address == .loopback(port: 5555))
    }

    @Test("more than 32 are FULL, with the newest 32, and fit into a datagram")
    func many() {
        let rig = RegistryRig()
        let name = String(repeating: "x", count: 62)
        for number in 10..<50 {
            _ = rig.register("\(number)\(name)", at: "255.255.255.255.255.255")
        }

        let hits = rig.registry.lookup("", at: .zero)

        #expect(hits.code == .full && hits.services.count == 32)
        #expect(hits.services[1].name.hasPrefix("49"))
        let size = RemoteReply.successSize + XDREncoder.bytes(of: hits).count
        #expect(size <= RemoteProgram.longestReply)
    }

    @Test("a stranger registers only its own host, or leaves it to the server to see which")
    func strangers() throws {
        let rig = RegistryRig()
        let stranger = try address("192.0.2.7")

        let other = rig.register("lamp", at: "192.0.2.8.1.1", from: stranger)
        let loopback = rig.register("lamp", at: "127.0.0.1.1.1", from: stranger)
        let own = rig.register("lamp", at: "192.0.2.7.1.1", from: stranger)
        let seen = rig.register("fan", at: "0.0.0.0.1.2", from: stranger)

        #expect(other == RemoteLease(.denied) && loopback == RemoteLease(.denied))
        #expect(own.code == .ok && seen.code == .ok)
        #expect(
            rig.registry.lookup("fan", at: .zero).services
                == [RemoteService(name: "fan", address: "192.0.2.7.1.2")]
        )
        #expect(rig.tally[.foreignAddress] == 2)
        #expect(rig.published.map(\.registrar) == ["itself", "192.0.2.7", "192.0.2.7"])
    }

    @Test("who may have forged its address gets a short lease, until it shows the lease's number")
    func unverified() throws {
        let rig = RegistryRig()
        let peer = try address("192.0.2.7")
        let service = RemoteService(name: "fan", address: "0.0.0.0.1.2")
        func register(_ standing: Standing, seconds: UInt32) -> RemoteLease {
            let request = RemoteRegister(service, leaseSeconds: seconds)
            return rig.registry.register(request, from: peer, standing, at: .zero)
        }

        #expect(register(.unverified, seconds: 5).leaseSeconds == 5)
        #expect(register(.trusted, seconds: 3600).leaseSeconds == 3600)
        let lease = register(.unverified, seconds: 3600)
        #expect(lease.leaseSeconds == Registry.usualLease)
        let renewed = rig.registry.renew(
            RemoteRenew(lease: lease.lease, leaseSeconds: 3600),
            at: .zero
        )
        #expect(renewed.leaseSeconds == 3600)
    }

    @Test("forged addresses leave half of the places to those who are there")
    func forgedAddresses() throws {
        let rig = RegistryRig(limit: 4)
        let codes = try (1...4).map { number in
            let service = RemoteService(name: "x", address: "0.0.0.0.1.2")
            return rig.registry.register(
                RemoteRegister(service, leaseSeconds: 0),
                from: try address("192.0.2.\(number)"),
                .unverified,
                at: .zero
            ).code
        }

        #expect(codes == [.ok, .ok, .denied, .denied])
        #expect(rig.register("b").code == .ok)
        let provider = try address("192.0.2.7")
        #expect(rig.register("c", at: "192.0.2.7.1.2", from: provider).code == .ok)
        // Nor does one take a place from who has it.
        let forged = RemoteRegister(
            RemoteService(name: "c", address: "192.0.2.7.1.2"),
            leaseSeconds: 0
        )
        #expect(
            rig.registry.register(forged, from: provider, .unverified, at: .zero).code == .denied
        )
        #expect(rig.names("c") == ["c"])
    }

    @Test("a host's places are its own, and all places end somewhere")
    func limits() throws {
        let rig = RegistryRig(limit: 5, limitPerPeer: 2)
        let greedy = try (1...3).map { port in
            rig.register("a", at: "192.0.2.7.0.\(port)", from: try address("192.0.2.7")).code
        }
        let local = (1...4).map { rig.register("b", at: "127.0.0.1.0.\($0)").code }

        #expect(greedy == [.ok, .ok, .denied])
        #expect(local == [.ok, .ok, .ok, .denied])
        #expect(rig.tally[.registryFull] == 2)
        // Its own entry again needs no new place; an ended lease leaves one.
        #expect(rig.register("b", at: "127.0.0.1.0.1", lease: 99).code == .ok)
        #expect(rig.register("b", at: "127.0.0.1.0.4", now: 31).code == .ok)
    }

    @Test("an IPv6 network is one host, whichever of its addresses registers")
    func network() throws {
        let rig = RegistryRig(limitPerPeer: 2)
        let codes = try (1...3).map { number in
            let peer = try address("2001:db8:1:2::\(number)")
            return rig.register("a", at: "0.0.0.0.1.2", from: peer).code
        }

        #expect(codes == [.ok, .ok, .denied])
        let neighbour = try address("2001:db8:1:3::1")
        #expect(rig.register("a", at: "0.0.0.0.1.2", from: neighbour).code == .ok)
    }

    @Test(
        "what is no name or no address is bad",
        arguments: [
            ("", "127.0.0.1.1.1"), ("\u{202e}\u{200b}", "127.0.0.1.1.1"), ("lamp", ""),
            ("lamp", "127.0.0.1"), ("lamp", "127.0.0.1.1"), ("lamp", "127.0.0.1.1.256"),
            ("lamp", "127.0.0.1.+1.1"), ("lamp", "127.0.0.1.01.1"), ("lamp", "127.0.0.1.0.0"),
            ("lamp", "localhost.1.1"), ("lamp", "127.0.0.1.1.1\n"), ("lamp", "1.1.1.1.1.1.1"),
            ("lamp", "127.0.0.1\0.1.1"), ("lamp", "......"),
        ]
    )
    func bad(name: String, address: String) {
        let rig = RegistryRig()
        #expect(rig.register(name, at: address) == RemoteLease(.bad))
        #expect(rig.names() == ["signalbox"])
    }

    @Test("names are sanitised where they come in, and looked up the same way")
    func names() {
        let rig = RegistryRig()
        _ = rig.register("a\u{1b}[2Jb\u{202e}")

        #expect(rig.names("a[2Jb") == ["a[2Jb"])
        #expect(rig.names("a\u{1b}[2Jb") == ["a[2Jb"])
        #expect(rig.registry.lookup("\u{200b}", at: .zero).code == .bad)
    }

    @Test("whatever is done in whatever order, no lease lives longer than it was granted")
    func random() {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        let rig = RegistryRig(limit: 20)
        var ends: [UInt64: Microseconds] = [:]
        var now = Microseconds.zero
        func isAlive(_ lease: UInt64) -> Bool { ends[lease].map { $0 > now } ?? false }
        for step in 0..<3000 {
            now += Microseconds(UInt64.random(in: 0...2_000_000, using: &numbers))
            let lease = ends.keys.sorted().randomElement(using: &numbers) ?? 1
            let seconds = UInt32.random(in: 1...30, using: &numbers)
            let end = now + .seconds(Double(seconds))
            switch Int.random(in: 0..<4, using: &numbers) {
            case 0:
                let address = "10.0.\(step >> 8).\(step & 255).1.1"
                let service = RemoteService(name: "n", address: address)
                let request = RemoteRegister(service, leaseSeconds: seconds)
                let peer = SocketAddress.loopback(port: 1)
                let got = rig.registry.register(request, from: peer, at: now)
                if got.code == .ok { ends[got.lease] = end }
            case 1:
                let renewal = RemoteRenew(lease: lease, leaseSeconds: seconds)
                let code = rig.registry.renew(renewal, at: now).code
                #expect((code == .ok) == isAlive(lease), "seed \(seed)")
                if code == .ok { ends[lease] = end }
            case 2:
                let code = rig.registry.cancel(lease: lease, at: now)
                #expect((code == .ok) == isAlive(lease), "seed \(seed)")
                ends[lease] = nil
            default:
                let alive = ends.keys.count(where: isAlive)
                let found = rig.registry.lookup("n", at: now).services.count
                #expect(found == alive, "seed \(seed)")
            }
        }
    }
}

@Suite("Universal addresses", .timeLimit(.minutes(5)))
struct UniversalAddressTests {
    @Test(
        "an address is written and read as in RFC 5665",
        arguments: [
            ("127.0.0.1", 5555, "127.0.0.1.21.179"), ("10.1.3.100", 2049, "10.1.3.100.8.1"),
            ("255.255.255.255", 65535, "255.255.255.255.255.255"), ("::1", 5555, "::1.21.179"),
            ("0.0.0.0", 0, "0.0.0.0.0.0"),
        ] as [(String, UInt16, String)]
    )
    func forms(host: String, port: UInt16, text: String) throws {
        let written = try #require(SocketAddress(numeric: host, port: port))
        let read = try #require(SocketAddress(universal: text))

        #expect(written.universal == text)
        #expect(read == written && read.port == port && read.host == host)
    }

    @Test("every address is read back as itself")
    func random() {
        let seed = UInt64.random(in: 0...999_999)
        var numbers = RandomNumbers(seed: seed)
        for _ in 0..<2000 {
            let parts = (0..<6).map { _ in String(UInt8.random(in: 0...255, using: &numbers)) }
            let text = parts.joined(separator: ".")
            #expect(SocketAddress(universal: text)?.universal == text, "seed \(seed)")
        }
    }
}
