import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The pages about the room", .timeLimit(.minutes(5)))
struct RoomPagesTests {
    private static let rows = [
        RefusalBook.Row(
            peer: "127.0.0.9",
            reason: "too many datagrams of one peer",
            count: 4711,
            last: .seconds(70)
        ),
        RefusalBook.Row(
            peer: "192.168.1.23",
            reason: "muted device",
            device: "anna",
            count: 2,
            last: .seconds(12)
        ),
    ]

    private func model(width: Int = 80, height: Int = 24) -> DashboardModel {
        var model = Fixture.sketch(width: width, height: height)
        model.setup.hasRoom = true
        model.setup.join = JoinLine(hosts: ["192.168.1.5", "10.0.0.7"], port: 5555)
        model.setup.source = model.setup.join?.title ?? ""
        model.live.refusals = Refusals(rows: Self.rows, lastMinute: 4713)
        return model
    }

    private func text(_ model: DashboardModel, _ key: Character) -> String {
        var model = model
        _ = model.update(.key(.character(key)))
        return Screen.draw(model).text
    }

    @Test("N says who was refused, how often, when and why")
    func refused() {
        let shown = text(model(), "N")

        #expect(shown.contains("Refused: 4713 within the last minute"))
        #expect(shown.contains("4711  127.0.0.9"))
        #expect(shown.contains("too many datagrams of one peer"))
        #expect(shown.contains("192.168.1.23 anna   muted device"), "\(shown)")
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
        model.live.refusals.lastMinute = refusals
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

    @Test("on the smallest screen N shows a refusal rather than the heading")
    func smallestRefused() {
        let shown = text(model(width: 20, height: 5), "N")

        #expect(shown.contains("4711") && !shown.contains("times"), "\(shown)")
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

    @Test("on a narrow screen the reason has a line of its own, and no empty column its room")
    func narrow() {
        var model = model(width: 40, height: 12)
        model.live.refusals.rows = [Self.rows[0]]
        let shown = text(model, "N")
        #expect(shown.contains("too many datagrams of one peer"), "\(shown)")
        #expect(shown.contains("127.0.0.9") && !shown.contains("device"), "\(shown)")
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
    func addresses() {
        var model = model()
        (model.focus, model.isZoomed) = (.devices, true)
        model.live.devices[0].address = "192.168.1.23"
        #expect(Screen.draw(model).line(2).contains("192.168.1.23"))
    }

    @Test("on the smallest screen i shows where to send to")
    func smallestJoin() {
        let shown = text(model(width: 20, height: 5), "i")

        #expect(shown.contains("192.168.1.5 5555"), "\(shown)")
    }

    @Test("i writes the address large, and below it what to type, with all addresses")
    func join() {
        let shown = text(model(), "i")
        #expect(shown.contains("█"))
        #expect(shown.contains("echo anna:3 | nc -u -w1 192.168.1.5 5555"), "\(shown)")
        #expect(shown.contains("echo anna:3 | nc -u -w1 10.0.0.7 5555"), "\(shown)")

        var secured = model()
        secured.setup.join = JoinLine(hosts: ["192.168.1.5"], port: 5555, needsToken: true)
        #expect(
            text(secured, "i").contains(
                "signalbox-device run 192.168.1.5 5555 --token-file FILE"
            )
        )

        var closed = model()
        closed.setup.join = nil
        #expect(text(closed, "i").contains("signalbox serve 0.0.0.0 --open"))
    }

    @Test("all of it fits any screen", arguments: [(20, 5), (40, 10), (80, 24), (132, 43), (1, 1)])
    func sizes(width: Int, height: Int) {
        for key: Character in ["N", "i"] {
            let shown = text(model(width: width, height: height), key)
            #expect(shown.split(separator: "\n", omittingEmptySubsequences: false).count <= height)
        }
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
