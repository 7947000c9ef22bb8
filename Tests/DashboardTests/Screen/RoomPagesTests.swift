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
