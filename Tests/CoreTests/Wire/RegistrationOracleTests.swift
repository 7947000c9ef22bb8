import Testing

@testable import Core

/// Python's own library packs what `Docs/signalbox.x` says, and ours must be the same bytes.
@Suite("Registry and mailboxes against Python's xdrlib", .timeLimit(.minutes(5)))
struct RegistrationOracleTests {
    private static let program = """
        import warnings
        warnings.simplefilter("ignore")
        import xdrlib
        def show(*parts):
            packer = xdrlib.Packer()
            for kind, value in parts: getattr(packer, "pack_" + kind)(value)
            print(packer.get_buffer().hex())
        s = lambda text: ("string", text.encode())
        u = lambda number: ("uint", number)
        h = lambda number: ("uhyper", number)
        head = lambda procedure: [u(7), u(0), u(2), u(0x20004017), u(1), u(procedure)] + [u(0)] * 4
        success = [u(7), u(1), u(0), u(0), u(0), u(0)]
        job = [s("lamp"), u(5), s("hello"), u(9)]
        counts = [h(1 << 40), h(2), u(3), u(4), u(5), u(6)]
        show(*head(4), s("lamp"), s("127.0.0.1.21.179"), u(60))
        show(*head(5), h(0x0102030405060708), u(0))
        show(*head(6), s("Straße"))
        show(*head(7), h((1 << 64) - 1))
        show(*head(8), s("box"), *job)
        show(*head(9), s(""), u(20000))
        show(*head(10))
        show(*success, u(0), h(0x0102030405060708), u(30))
        show(*success, u(1), u(2), s("a"), s("1.2.3.4.5.6"), s("bcdef"), s(""))
        show(*success, u(2))
        show(*success, u(9), u(2), s("default"), *counts, u(2), u(0), s("4711 signalbox"),
             u(3), s("239.255.66.66 40669 default"), s("x"), *counts, u(0))
        """

    private static let requests: [RemoteRequest] = [
        .register(
            RemoteRegister(
                RemoteService(name: "lamp", address: "127.0.0.1.21.179"),
                leaseSeconds: 60
            )
        ),
        .renew(RemoteRenew(lease: 0x0102_0304_0506_0708)),
        .lookup(name: "Straße"),
        .cancel(lease: .max),
        .put(
            RemotePut(
                "box",
                RemoteSubmit(
                    RemoteJob(device: "lamp", seconds: 5, body: Array("hello".utf8)),
                    waitMilliseconds: 9
                )
            )
        ),
        .get(RemoteGet("", waitMilliseconds: 20_000)),
        .mailboxes,
    ]

    private static let counts = RemoteCounts(
        produced: 1 << 40,
        consumed: 2,
        depth: 3,
        capacity: 4,
        waitingPut: 5,
        waitingTake: 6
    )

    private static let results: [(RemoteProcedure, RemoteResult)] = [
        (.register, .lease(RemoteLease(.ok, lease: 0x0102_0304_0506_0708, leaseSeconds: 30))),
        (
            .lookup,
            .hits(
                RemoteHits(
                    .full,
                    [
                        RemoteService(name: "a", address: "1.2.3.4.5.6"),
                        RemoteService(name: "bcdef", address: ""),
                    ]
                )
            )
        ),
        (.cancel, .code(.empty)),
        (
            .mailboxes,
            .mailboxes(
                RemoteMailboxes(
                    total: 9,
                    [
                        RemoteMailbox(
                            name: "default",
                            counts: counts,
                            destinations: [
                                Destination(.process, "4711 signalbox"),
                                Destination(.group, "239.255.66.66 40669 default"),
                            ]
                        ),
                        RemoteMailbox(name: "x", counts: counts, destinations: []),
                    ]
                )
            )
        ),
    ]

    @Test("requests and replies are the bytes that it packs, and are read back", .needs(.python3))
    func same() throws {
        let (status, output) = try Oracle.python3.run(["-c", Self.program])

        try #require(status == 0, "\(output)")
        let lines = output.split(separator: "\n").map(String.init)
        try #require(lines.count == Self.requests.count + Self.results.count, "\(output)")
        for (request, line) in zip(Self.requests, lines) {
            #expect(digits(request.message(xid: 7)) == line, "\(request)")
            let call = bytes(hex: line)
            call.withUnsafeBytes { message in
                guard case .call(let call) = IncomingCall(message) else {
                    Issue.record("\(request) is not read")
                    return
                }
                #expect(call.procedure == request.procedure)
            }
        }
        for ((procedure, result), line) in zip(Self.results, lines.dropFirst(Self.requests.count)) {
            var encoder = XDREncoder()
            result.encode(xid: 7, to: &encoder)
            #expect(digits(encoder.bytes) == line, "\(result)")
            let reply = bytes(hex: line)
            let read = try reply.withUnsafeBytes { try RemoteReply.result(in: $0, of: procedure) }
            #expect(read == result)
        }
    }

    private func digits(_ bytes: [UInt8]) -> String {
        hex(bytes).filter { $0 != " " }
    }
}
