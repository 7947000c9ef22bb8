import Core
import Glibc
import Testing

@testable import DeviceClient

@Suite("Producers and consumers of a buffer server", .timeLimit(.minutes(5)))
struct BufferClientTests {
    private static let full =
        #"{"status":"error","message":"Buffer is full. Try again later."}"#
    private static let empty =
        #"{"status":"error","message":"Buffer is empty. No items to consume."}"#

    /// A client against a server that answers its connections with these texts, in this order.
    private struct Run {
        var statistics: BufferStatistics
        var said: [String]
        var requests: [String]
    }

    private func run(
        _ role: BufferWish.Role,
        items: Int,
        retries: Int = 5,
        answers: [String]
    ) throws -> Run {
        let (requests, said) = (Lines(), Lines())
        let server = try ScriptedServer { connection in
            let request = connection.read(until: "}")
            let number = requests.add(request)
            if number < answers.count { connection.write(answers[number]) }
        }
        let client = BufferClient(
            plan(role, items: items, retries: retries),
            servers: [server.address],
            clock: SystemClock(),
            say: { said.add($0) }
        )
        client.run()
        server.finish()
        return Run(statistics: client.statistics, said: said.all, requests: requests.all)
    }

    private func plan(
        _ role: BufferWish.Role,
        items: Int,
        retries: Int = 5,
        pause: SecondsRange = SecondsRange(.zero ... .zero, step: Microseconds(1))
    ) -> BufferClient.Plan {
        BufferClient.Plan(
            role: role,
            items: items,
            retries: retries,
            pause: pause,
            interval: SecondsRange(.zero ... .zero, step: Microseconds(1)),
            seed: 1
        )
    }

    @Test("a producer puts its items, a connection and an object each")
    func produces() throws {
        let run = try run(
            .producer,
            items: 2,
            answers: [1, 2].map {
                #"{"status":"success","message":"Item added","buffer_size":\#($0)}"#
            }
        )

        #expect(
            run.requests == [
                #"{"id":"1","item":"P1-Item-1","type":"producer"}"#,
                #"{"id":"1","item":"P1-Item-2","type":"producer"}"#,
            ]
        )
        #expect(
            run.said == [
                "P1 put P1-Item-1: 1 in the buffer", "P1 put P1-Item-2: 2 in the buffer",
            ]
        )
        #expect(run.statistics.isComplete)
    }

    @Test("a consumer tries again when the buffer is empty")
    func consumes() throws {
        let taken = #"{"status":"success","item":"P2-Item-7","message":"","buffer_size":0}"#

        let run = try run(.consumer, items: 1, answers: [Self.empty, Self.empty, taken])

        #expect(run.requests == Array(repeating: #"{"id":"1","type":"consumer"}"#, count: 3))
        #expect(
            run.said == [
                "C1 is refused: Buffer is empty. No items to consume.",
                "C1 tries again in 0 s (1 of 5)",
                "C1 is refused: Buffer is empty. No items to consume.",
                "C1 tries again in 0 s (2 of 5)",
                "C1 took P2-Item-7: 0 in the buffer",
            ]
        )
        #expect(run.statistics.text == "1 of 1 done, 2 refused, 2 retries")
    }

    @Test(
        "a refusal that cannot change ends all",
        arguments: [BufferRequestError.noToken, .wrongToken]
    )
    func endsAtOnce(reason: BufferRequestError) throws {
        let refusal = #"{"status":"error","message":"\#(reason)"}"#

        let run = try run(.producer, items: 3, answers: Array(repeating: refusal, count: 9))

        #expect(run.requests.count == 1)
        #expect(run.said.last?.contains("--token-file") == true)
        #expect(run.statistics.text == "0 of 3 done, 1 refused, 0 retries")
    }

    @Test("after the retries an item is given up, and the next one has its turn")
    func givesUp() throws {
        let put = #"{"status":"success","message":"","buffer_size":15}"#

        let run = try run(.producer, items: 2, retries: 1, answers: [Self.full, Self.full, put])

        #expect(run.said.contains("P1 gives up P1-Item-1"))
        #expect(run.said.last == "P1 put P1-Item-2: 15 in the buffer")
        #expect(run.statistics.text == "1 of 2 done, 2 refused, 1 retry")
        #expect(!run.statistics.isComplete)
    }

    @Test(
        "an operation whose reply does not come is never repeated",
        arguments: ["", "{", "42", #"{"status":"maybe"}"#, #"{"status":"success""#]
    )
    func noReply(answer: String) throws {
        let run = try run(.producer, items: 1, answers: [answer])

        #expect(run.requests.count == 1)
        #expect(run.statistics.unanswered == 1)
        #expect(run.statistics.retries == 0)
    }

    @Test("a server that is not there is tried again, for nothing has happened")
    func nobodyThere() throws {
        let nobody = try SilentPort()
        let said = Lines()
        let client = BufferClient(
            plan(.consumer, items: 1, retries: 2),
            servers: [nobody.address],
            clock: SystemClock(),
            say: { said.add($0) }
        )

        client.run()

        #expect(client.statistics.unreachable == 3)
        #expect(said.all[0] == "C1 cannot connect to \(nobody.address): no server answers")
        withExtendedLifetime(nobody) {}
    }

    @Test("what the server says cannot move the cursor, whatever kind of value the item is")
    func hostile() throws {
        let run = try run(
            .consumer,
            items: 4,
            retries: 0,
            answers: [
                #"{"status":"success","item":"\u001b]0;x\u0007y","buffer_size":1}"#,
                #"{"status":"error","message":"\u001b[2J\nno"}"#,
                #"{"status":"success","item":{"a":[1]},"buffer_size":-1}"#,
                #"{"status":"success","item":1.5}"#,
            ]
        )

        #expect(
            run.said == [
                "C1 took ]0;xy: 1 in the buffer", "C1 is refused: [2Jno", "C1 gives up item 2",
                "C1 took (an object or a list): -1 in the buffer", "C1 took 1.5",
            ]
        )
    }

    @Test("stopping ends a pause")
    func stopWhilePausing() throws {
        let second = Microseconds(1_000_000)
        let clock = ManualClock()
        let said = Lines()
        let server = try ScriptedServer { connection in
            _ = connection.read()
            connection.write(Self.full)
        }
        let client = BufferClient(
            plan(.producer, items: 1, pause: SecondsRange(second...second, step: second)),
            servers: [server.address],
            clock: clock,
            say: { said.add($0) }
        )
        let thread = SystemThread(name: "client") { client.run() }
        while !said.all.contains("P1 tries again in 1 s (1 of 5)") { sched_yield() }

        client.stop()
        thread.join()
        server.finish()

        #expect(client.statistics.retries == 0)
    }

    @Test("stopping ends the wait for a reply")
    func stopWhileWaiting() throws {
        let asked = Lines()
        let server = try ScriptedServer { connection in
            asked.add(connection.read(until: "}"))
            _ = connection.read()
        }
        let client = BufferClient(
            plan(.producer, items: 3),
            servers: [server.address],
            clock: SystemClock(),
            say: { _ in }
        )
        let thread = SystemThread(name: "client") { client.run() }
        while asked.all.isEmpty { sched_yield() }

        client.stop()
        thread.join()
        server.finish()

        #expect(client.statistics.done == 0)
        #expect(asked.all.count == 1)
    }
}

@Suite("signalbox-device produce and consume")
struct BufferCommandTests {
    @Test("five items, five retries, at localhost 5555, if nothing else is said")
    func defaults() throws {
        let options = try ProduceCommand.parse([]).options

        let plan = try options.plan(.producer, seed: 1)
        #expect([plan.items, plan.retries] == [5, 5])
        #expect(plan.pause.description == "1...3")
        #expect(plan.interval.description == "0...1")
        #expect(options.address == "localhost")
        #expect(options.port == 5555)
        #expect(try SignalboxDevice.parseAsRoot(["consume"]) is ConsumeCommand)
    }

    @Test(
        "what cannot be run is refused",
        arguments: [
            ["--items", "0"], ["--retries", "-1"], ["--pause", "3...1"], ["--interval", "x"],
            ["--id", ""], ["--id", "a\u{1B}"], ["localhost", "0"],
        ]
    )
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try ProduceCommand.parse(arguments) }
    }
}
