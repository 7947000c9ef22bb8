import Core
import Foundation
import TerminalUI
import Testing

@testable import DeviceClient

@Suite("The client's screen")
struct ClientScreenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Goldens")
    private static let rewrites =
        ProcessInfo.processInfo.environment["SIGNALBOX_WRITE_GOLDENS"] == "1"

    private func check(_ model: ClientModel, _ name: String) throws {
        let file = Self.folder.appending(path: "\(name).txt")
        let text = ClientScreen.draw(model).text + "\n"
        if Self.rewrites { try text.write(to: file, atomically: true, encoding: .utf8) }
        let golden = try String(contentsOf: file, encoding: .utf8)

        #expect(text == golden, "\(name) is now:\n\(text)")
    }

    @Test("golden: a busy moment", arguments: [(80, 24), (40, 12), (40, 10), (20, 5)])
    func busy(width: Int, height: Int) throws {
        try check(ClientFixture.model(width: width, height: height), "busy-\(width)x\(height)")
    }

    @Test("golden: nothing has happened, and the server does not tell")
    func empty() throws {
        let model = ClientModel(
            setup: ClientModel.Setup(endpoint: "127.0.0.1:5555 tcp", plannedJobs: nil),
            size: (80, 24)
        )
        try check(model, "empty-80x24")
    }

    @Test("golden: help", arguments: [(80, 24), (40, 10)])
    func help(width: Int, height: Int) throws {
        var model = ClientFixture.model(width: width, height: height)
        _ = model.update(.key(.character("?")))
        try check(model, "help-\(width)x\(height)")
    }

    @Test("it draws in any size, and stays within it")
    func sizes() {
        for width in 0...60 {
            for height in 0...14 {
                var model = ClientFixture.model(width: width, height: height)
                for key in ["x", "?"] as [Character] {
                    _ = model.update(.key(.character(key)))
                    let frame = ClientScreen.draw(model)
                    #expect(frame.width == width && frame.height == height)
                }
            }
        }
    }

    @Test("what is wrong stands out, and a pause can be seen")
    func styles() {
        var model = ClientFixture.model()
        _ = model.update(.key(.character(" ")))
        let frame = ClientScreen.draw(model)

        #expect(frame.line(0).hasSuffix("PAUSED ×1.0"))
        #expect(frame.styles(0).contains(.titlePaused))
        let row = (0..<24).first { frame.line($0).contains(" lost") } ?? 0
        #expect(frame.styles(row).contains(.alarm))
    }
}

@Suite("The client's keys")
struct ClientModelTests {
    @Test(
        "each key asks for what the table says",
        arguments: [
            (Key.enter, ClientModel.Effect.send(1)), (.character("n"), .send(1)),
            (.character("b"), .send(10)), (.character(" "), .setPaused(true)),
            (.character("+"), .setRate(Rate(thousandths: 2000))),
            (.character("-"), .setRate(Rate(thousandths: 500))), (.character("q"), .quit),
        ]
    )
    func keys(key: Key, effect: ClientModel.Effect) {
        var model = ClientFixture.model()

        #expect(model.update(.key(key)) == [effect])
    }

    @Test("a second pause goes on, and any key leaves the help without doing more")
    func twice() {
        var model = ClientFixture.model()
        _ = model.update(.key(.character(" ")))

        #expect(model.update(.key(.character(" "))) == [.setPaused(false)])
        #expect(model.update(.key(.character("?"))) == [])
        #expect(model.isHelpShown)
        #expect(model.update(.key(.character("q"))) == [])
        #expect(!model.isHelpShown)
        #expect(model.update(.key(.character("x"))) == [])
    }

    @Test("no key has two meanings, and every meaning is in the help")
    func table() {
        let keys = ClientKey.all.flatMap(\.keys)

        #expect(Set(keys).count == keys.count)
        #expect(
            ClientKey.helpRows.map(\.label).joined(separator: " ").split(separator: " ").count
                == keys.count
        )
        #expect(
            ClientKey.importance.allSatisfy { action in
                ClientKey.all.contains { $0.action == action && $0.hint != nil }
            }
        )
    }
}

@Suite("Asking the server for its status", .timeLimit(.minutes(5)))
struct StatusPollTests {
    @Test("each answer replaces the one before, and no answer is none")
    func answers() {
        let told = Parker()
        let questions = Lines()
        let poll = StatusPoll(
            every: .zero,
            ask: { questions.add("?") == 0 ? ClientFixture.busy : nil },
            whenTold: { told.unpark() }
        )

        while questions.all.count < 2 || poll.counts != nil { told.park(atMost: .seconds(1)) }
        poll.stop()

        #expect(poll.counts == nil)
    }

    @Test("stopping does not wait for the next question")
    func stop() {
        let told = Parker()
        let poll = StatusPoll(
            every: .seconds(86_400),
            ask: { ClientFixture.busy },
            whenTold: { told.unpark() }
        )
        while poll.counts == nil { told.park() }

        poll.stop()

        #expect(poll.counts == ClientFixture.busy)
    }
}
