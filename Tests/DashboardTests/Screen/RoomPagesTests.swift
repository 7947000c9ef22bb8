import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The pages about the room", .timeLimit(.minutes(5)))
struct RoomPagesTests {
    private static func rows() throws -> [PeerRow] {
        func address(_ host: String) throws -> SocketAddress {
            try #require(try SocketAddress.resolve(host, port: 0).first)
        }
        var flooding = PeerRow(try address("127.0.0.9"))
        flooding.connections = 2
        flooding.devices = [DeviceID(1), DeviceID(2)]
        flooding.deviceCount = 14
        flooding.refusals = [
            RefusalBook.Row(
                peer: flooding.address,
                reason: "too many datagrams of one peer",
                count: 4711,
                last: .seconds(70)
            ),
            RefusalBook.Row(
                peer: flooding.address,
                reason: "muted device",
                device: "anna",
                count: 2,
                last: .seconds(12)
            ),
        ]
        var muted = PeerRow(try address("192.168.1.23"))
        muted.isMuted = true
        return [muted, flooding, PeerRow(try address("2001:db8::7").network)]
    }

    private func model(width: Int = 80, height: Int = 24) -> DashboardModel {
        var model = Fixture.sketch(width: width, height: height)
        model.setup.hasRoom = true
        model.setup.join = JoinLine(hosts: ["192.168.1.5", "10.0.0.7"], port: 5555)
        model.setup.source = model.setup.join?.title ?? ""
        model.live.refusedLately = 4713
        return model
    }

    private func text(_ model: DashboardModel, _ key: Character) throws -> String {
        var model = model
        _ = model.update(.key(.character(key)))
        _ = model.update(.peersRead(try Self.rows()))
        return Screen.draw(model).text
    }

    @Test("N says who sends from where, who is muted, and what was refused to the selected one")
    func refused() throws {
        let shown = try text(model(), "N")

        #expect(shown.contains("Who sends: 4713 refused within the last minute"))
        #expect(shown.contains("│>127.0.0.9        4713 2 s ago: too many"), "\(shown)")
        #expect(shown.contains("14: 1, 2, …"), "\(shown)")
        #expect(shown.contains("│ 192.168.1.23        - MUTED"), "\(shown)")
        #expect(shown.contains("2001:db8::/64"))
        #expect(shown.contains("Refused to 127.0.0.9"))
        #expect(shown.contains("2 s    4711         too many datagrams of one peer"), "\(shown)")
        #expect(shown.contains("1 min  2     anna   muted device"), "\(shown)")
    }

    @Test("the title says where to send, and that something was refused")
    func title() {
        let title = Screen.draw(model()).text.split(separator: "\n").first ?? ""
        #expect(title.contains("send name:seconds to 192.168.1.5 5555"), "\(title)")
        #expect(title.contains("4713 refused"), "\(title)")
        #expect(title.contains("RUNNING"), "\(title)")
    }

    @Test("the title says where to send also where there are mailboxes", arguments: [0, 12])
    func titleWithMailboxes(refusals: Int) {
        var model = model()
        model.setup.join = JoinLine(hosts: ["192.168.100.123"], port: 55_555)
        model.setup.source = model.setup.join?.title ?? ""
        model.live.refusedLately = refusals
        model.mailboxes.rows = ["default", "left"].map {
            MailboxList.Row(name: $0, counts: BufferCounts())
        }
        let title = Screen.draw(model).text.split(separator: "\n").first ?? ""
        model.mailboxes.shown = 1
        let other = Screen.draw(model).text.split(separator: "\n").first ?? ""

        #expect(title.contains("send name:seconds to 192.168.100.123 55555"), "\(title)")
        #expect(title.contains("RUNNING"))
        #expect(other.contains("mailbox left"), "\(other)")
    }

    @Test("on the smallest screen N shows who is selected rather than the heading")
    func smallestRefused() throws {
        let shown = try text(model(width: 20, height: 5), "N")

        #expect(shown.contains(">127.0.0.9    4713") && !shown.contains("address"), "\(shown)")
    }

    @Test(
        "where to send stands in the title, whatever else there is, also beside large figures",
        arguments: [(80, 24), (40, 12), (120, 40)]
    )
    func joinAlways(width: Int, height: Int) {
        for isPresenting in [false, true] {
            var model = model(width: width, height: height)
            model.isPresenting = isPresenting
            model.setup.isReadOnly = true
            model.live.now = .seconds(36_000)
            model.live.state.isPaused = true
            model.live.watchers = [WatcherRow(address: "10.0.0.1", since: .zero)]
            model.armedDeed = .double
            let frame = Screen.draw(model)
            #expect(frame.line(0).contains("192.168.1.5 5555"), "\(frame.line(0))")
            #expect(frame.line(0).contains("PAUSED"), "\(frame.line(0))")
            guard isPresenting else { continue }
            #expect(frame.line(height - 2).contains("send") || width > 100, "\(frame.text)")
        }
    }

    @Test("on a narrow screen names and connections are left out first")
    func narrow() throws {
        let shown = try text(model(width: 40, height: 12), "N")
        #expect(shown.contains(">127.0.0.9        4713 2 s ago: to"), "\(shown)")
        #expect(!shown.contains("sends for"), "\(shown)")
        #expect(shown.contains("│   too many datagrams of one peer"), "\(shown)")
    }

    @Test("in ASCII the page reads as well")
    func ascii() throws {
        var model = model()
        _ = model.update(.key(.character("N")))
        _ = model.update(.peersRead(try Self.rows()))
        let text = Screen.draw(model).text
        let known = Set("│┌┐└┘─├┤┬┴┼█░▒▓↓↑←→×…·●")
        #expect(text.allSatisfy { $0.isASCII || known.contains($0) }, "\(text)")
    }

    @Test("from one page to the next it is one key")
    func nextPage() {
        var model = model()
        for (key, panel) in [("N", .refused), ("R", .registry), ("W", .watchers)]
            as [(Character, DashboardModel.Panel)]
        {
            _ = model.update(.key(.character(key)))
            #expect(model.panel == panel)
        }
        _ = model.update(.key(.character("W")))
        #expect(model.panel == nil)
    }

    @Test("zoomed, the devices' pane says from where each was heard")
    func addresses() throws {
        var model = model()
        (model.focus, model.isZoomed) = (.devices, true)
        model.live.devices[0].address = try Self.rows()[0].address
        #expect(Screen.draw(model).line(2).contains("192.168.1.23"))
    }

    @Test("the devices' pane says from where the selected one was heard")
    func addressOfSelected() throws {
        var model = model()
        model.focus = .devices
        for place in model.live.devices.indices {
            model.live.devices[place].id = DeviceID(UInt32(place + 1))
            model.live.devices[place].address = try Self.rows()[place].address
        }
        #expect(!Screen.draw(model).text.contains("from 1"))
        _ = model.update(.key(.down))
        #expect(Screen.draw(model).text.contains("from 192.168.1.23"))
        _ = model.update(.key(.down))
        #expect(Screen.draw(model).text.contains("from 127.0.0.9"))
    }

    @Test("on the smallest screen i shows where to send to")
    func smallestJoin() throws {
        let shown = try text(model(width: 20, height: 5), "i")

        #expect(shown.contains("192.168.1.5 5555"), "\(shown)")
    }

    @Test("i writes the address large, and below it what to type, with all addresses")
    func join() throws {
        let shown = try text(model(), "i")
        #expect(shown.contains("█"))
        #expect(shown.contains("echo anna:3 | nc -u -w1 192.168.1.5 5555"), "\(shown)")
        #expect(shown.contains("echo anna:3 | nc -u -w1 10.0.0.7 5555"), "\(shown)")

        var secured = model()
        secured.setup.join = JoinLine(hosts: ["192.168.1.5"], port: 5555, needsToken: true)
        #expect(
            try text(secured, "i").contains(
                "signalbox-device run 192.168.1.5 5555 --token-file FILE"
            )
        )

        var closed = model()
        closed.setup.join = nil
        #expect(try text(closed, "i").contains("signalbox serve 0.0.0.0 --open"))
    }

    @Test("all of it fits any screen", arguments: [(20, 5), (40, 10), (80, 24), (132, 43), (1, 1)])
    func sizes(width: Int, height: Int) throws {
        for key: Character in ["N", "i"] {
            let shown = try text(model(width: width, height: height), key)
            #expect(shown.split(separator: "\n", omittingEmptySubsequences: false).count <= height)
        }
    }

    @Test("the title puts an IPv6 address into brackets, so that the port is seen")
    func brackets() {
        #expect(Watched.title(of: "localhost 5555") == "localhost:5555")
        #expect(Watched.title(of: "::1 5555") == "[::1]:5555")
        #expect(Watched.title(of: "fe80::1%eth0 5555") == "[fe80::1%eth0]:5555")
        #expect(Watched.title(of: "deadlock") == "deadlock")
    }

    @Test("while nobody watches W says how to, with the address and what must be shown")
    func howToWatch() throws {
        var model = model(width: 120, height: 40)
        #expect(try text(model, "W").contains("signalbox watch 192.168.1.5 5555"))
        model.setup.join = JoinLine(hosts: ["192.168.1.5"], port: 5555, needsToken: true)
        #expect(try text(model, "W").contains("signalbox watch 192.168.1.5 5555 --token-file FILE"))
        model.setup.join = nil
        #expect(try text(model, "W").contains("signalbox watch HOST PORT"))
    }

    @Test("the join line names this machine's address for a server on all of them")
    func line() throws {
        let addresses = try SocketAddress.resolve("0.0.0.0", port: 5555)
        let line = JoinLine(addresses, own: ["192.168.1.5", "10.0.0.7", "2001:db8::1"])
        #expect(line?.title == "send name:seconds to 192.168.1.5 5555")
        #expect(line?.commands.count == 2)
        #expect(JoinLine([.loopback(port: 5)], own: ["192.168.1.5"]) == nil)
        #expect(JoinLine(addresses, own: []) == nil)
    }
}
