import Core
import TerminalUI
import Testing

@testable import Dashboard

@Suite("The registry on the screen", .timeLimit(.minutes(5)))
struct RegistryPanelTests {
    private func model(_ count: Int = 3, width: Int = 80, height: Int = 24) throws -> DashboardModel
    {
        var model = Fixture.sketch(width: width, height: height)
        let own = try #require(SocketAddress(numeric: "127.0.0.1", port: 5555))
        model.registered = [
            Registry.Entry(name: "signalbox", address: own, registrar: "itself", deadline: nil)
        ]
        for number in 0..<count {
            let address = try #require(
                SocketAddress(numeric: "192.168.100.\(200 + number % 50)", port: 40_000)
            )
            model.registered.append(
                Registry.Entry(
                    name: number == 0 ? "学生端末 printer in the room upstairs" : "lamp \(number)",
                    address: address,
                    registrar: address.host,
                    deadline: model.live.now + Microseconds(UInt64(number) * 60_000_000 + 1_500_000)
                )
            )
        }
        return model
    }

    private func shown(_ model: DashboardModel) -> String {
        var model = model
        _ = model.update(.key(.character("R")))
        return Screen.draw(model).text
    }

    @Test("R shows name, address, who registered it and the time that is left; the server first")
    func columns() throws {
        let text = try shown(model())

        let lines = text.split(separator: "\n")
        #expect(lines[1].contains("Registry"))
        #expect(
            lines[3].contains(#/signalbox +127\.0\.0\.1:5555 +itself +for ever/#),
            "\(text)"
        )
        #expect(lines[4].contains(#/192\.168\.100\.200:40000 +192\.168\.100\.200 +2 s/#), "\(text)")
        #expect(lines[5].contains(#/lamp 1 .* 62 s/#), "\(text)")
        #expect(lines[6].contains(#/lamp 2 .* 2 min/#), "\(text)")
    }

    @Test("a lease that has ended is not shown, although nobody has told the screen")
    func ended() throws {
        var model = try model()
        model.live.now = model.live.now + .seconds(2)

        let text = shown(model)

        #expect(!text.contains("printer") && text.contains("lamp 1"))
    }

    @Test("any key goes back, and a screen without a server says why there is nothing")
    func back() throws {
        var model = try model()
        let before = Screen.draw(model).text
        _ = model.update(.key(.character("R")))
        #expect(model.update(.key(.character("n"))).isEmpty)
        #expect(Screen.draw(model).text == before)

        model.registered = []
        #expect(shown(model).contains("nobody is registered"))
    }

    @Test("more than fit are counted")
    func many() throws {
        #expect(try shown(model(40)).contains("22 more than fit; any key goes back"))
    }

    @Test(
        "it fits every size, also in ASCII, and a narrow one keeps the name and the time",
        arguments: [(20, 5), (30, 8), (40, 12), (60, 15), (80, 24), (200, 60), (1, 1), (0, 0)]
    )
    func sizes(width: Int, height: Int) throws {
        for count in [0, 1, 3, 100] {
            var model = try model(count, width: width, height: height)
            _ = model.update(.key(.character("R")))
            let frame = Screen.draw(model)
            #expect(frame.width == width && frame.height == height)
            if width >= 20 { #expect(frame.asciified().text.contains("for ever")) }
        }
    }
}
