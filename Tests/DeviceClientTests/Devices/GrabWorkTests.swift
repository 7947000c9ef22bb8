import Core
import Glibc
import Testing

@testable import DeviceClient

@Suite("Grabbing a page as a device's work", .timeLimit(.minutes(5)))
struct GrabWorkTests {
    private func work(
        _ server: ScriptedServer,
        _ clock: ManualClock,
        tell: @escaping @Sendable (String) -> Void
    ) throws -> GrabWork {
        GrabWork(
            try WebAddress("http://127.0.0.1:\(server.port)/"),
            fetcher: try PageFetcher(timeout: .seconds(60), authority: nil),
            clock: clock,
            tell: tell
        )
    }

    @Test("the job asks for the time that the page took")
    func time() throws {
        let clock = ManualClock()
        let server = try ScriptedServer { connection in
            _ = connection.read(until: "\r\n\r\n")
            clock.advance(by: .milliseconds(1250))
            connection.write("HTTP/1.1 200 OK\r\n\r\nhello")
        }

        let time = try work(server, clock, tell: { _ in }).perform()
        server.finish()

        #expect(time == .seconds(1.25))
    }

    @Test("a page that does not come is no job, and is told of once")
    func failure() throws {
        let told = Lines()
        let server = try ScriptedServer { _ = $0.read(until: "\r\n\r\n") }
        let work = try work(server, ManualClock(), tell: { told.add($0) })

        #expect(work.perform() == nil)
        #expect(work.perform() == nil)
        server.finish()

        #expect(told.all.count == 1)
    }

    @Test("work is given up when the run ends, now and later")
    func cancel() throws {
        let (asked, told) = (Lines(), Lines())
        let server = try ScriptedServer { connection in
            asked.add(connection.read(until: "\r\n\r\n"))
            _ = connection.read()
        }
        let work = try work(server, ManualClock(), tell: { told.add($0) })
        let thread = SystemThread(name: "device") { _ = work.perform() }
        while asked.all.isEmpty { sched_yield() }

        work.cancel()
        thread.join()

        #expect(work.perform() == nil)
        #expect(told.all.isEmpty)
        server.finish()
    }

    @Test(
        "work is random times, or a page",
        arguments: [["--work", "grab"], ["--work", "grab", "file:///x"], ["--work", "sleep"]]
    )
    func options(arguments: [String]) throws {
        let usual = try RunCommand.parse(["h", "1"])
        let page = try RunCommand.parse(["h", "1", "--work", "grab", "http://h/x"])

        #expect(try usual.workAddress() == nil)
        #expect(try page.workAddress()?.path == "/x")
        #expect(throws: (any Error).self) { try RunCommand.parse(["h", "1"] + arguments) }
    }
}
