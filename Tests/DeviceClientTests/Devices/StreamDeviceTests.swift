import Core
import Glibc
import Testing

@testable import DeviceClient

@Suite("Devices over TCP", .timeLimit(.minutes(5)))
struct StreamDeviceTests {
    private func session(
        _ server: SocketAddress,
        jobs: Int,
        waits: Bool = true,
        timeout: Duration = .seconds(60)
    ) -> DeviceSession {
        let workload = Workload(
            devices: 1,
            jobsPerDevice: jobs,
            seconds: SecondsRange(.seconds(2.5)...(.seconds(2.5)), step: Microseconds(1)),
            interval: SecondsRange(.zero ... .zero, step: Microseconds(1)),
            seed: 1
        )
        return DeviceSession(
            jobs: workload.stream(ofDevice: 0),
            server: server,
            manner: DeviceSession.Manner(
                waitsForReplies: waits,
                timeout: timeout,
                transport: .tcp
            ),
            clock: SystemClock()
        )
    }

    @Test("all jobs go over one connection, each is acknowledged, and END ends it")
    func replies() throws {
        let received = Lines()
        let server = try ScriptedServer { connection in
            for number in 0..<3 {
                received.add(connection.read(until: "\n"))
                // With and without an end of line, and in pieces: nothing is promised.
                for piece in [["Job received"], ["Job ", "received\n"], ["Job received\r\n"]][
                    number
                ] {
                    connection.write(piece)
                }
            }
            received.add(connection.read(until: "END"))
        }
        let session = session(server.address, jobs: 3)

        session.run()
        server.finish()

        #expect(received.all == ["1:2.5\n", "1:2.5\n", "1:2.5\n", "END"])
        let report = session.report
        #expect([report.sent, report.replied, report.strayReplies] == [3, 3, 0])
    }

    @Test("what is no acknowledgement is a stray reply, and the wait goes on")
    func stray() throws {
        let server = try ScriptedServer { connection in
            _ = connection.read(until: "\n")
            connection.write("Jub")
            connection.write("Job received")
            _ = connection.read(until: "END")
        }
        let session = session(server.address, jobs: 1)

        session.run()
        server.finish()

        #expect(session.report.strayReplies == 1)
        #expect(session.report.replied == 1)
    }

    @Test("a job without an acknowledgement is unanswered, and the next has a new connection")
    func unanswered() throws {
        let received = Lines()
        let server = try ScriptedServer { connection in
            if received.add(connection.read(until: "\n")) == 1 { connection.write("Job received") }
            received.add(connection.read(until: "END"))
        }
        let session = session(server.address, jobs: 2, timeout: .milliseconds(50))

        session.run()
        server.finish()

        #expect(session.report.sent == 2)
        #expect(session.report.unanswered >= 1)
        #expect(received.all.filter { $0 == "1:2.5\n" }.count == 2)
    }

    @Test("without waiting all jobs are sent, and acknowledgements do not fill the connection")
    func withoutWaiting() throws {
        let received = Lines()
        let server = try ScriptedServer { connection in
            for _ in 0..<20 {
                connection.write(String(repeating: "Job received", count: 1000))
            }
            received.add(connection.read(until: "END"))
        }
        let session = session(server.address, jobs: 2000, waits: false)

        session.run()
        server.finish()

        #expect(session.report.sent == 2000)
        #expect(received.all == [String(repeating: "1:2.5\n", count: 2000) + "END"])
    }

    @Test("a server that is not there, or leaves, is an error and not a hang")
    func gone() throws {
        let server = try ScriptedServer { connection in
            _ = connection.read(until: "\n")
        }
        let left = session(server.address, jobs: 2)
        left.run()
        server.finish()
        let absent = session(server.address, jobs: 2)

        absent.run()

        #expect(left.report.unanswered == 2)
        #expect(left.report.lastError?.number == ECONNRESET)
        #expect(absent.report.failed == 2)
        #expect(absent.report.lastError?.number == ECONNREFUSED)
    }

    @Test("stopping ends the wait for an acknowledgement")
    func stop() throws {
        let received = Lines()
        let server = try ScriptedServer { connection in
            received.add(connection.read(until: "\n"))
            _ = connection.read()
        }
        let session = session(server.address, jobs: 5)
        let thread = SystemThread(name: "device") { session.run() }
        while received.all.isEmpty { sched_yield() }

        session.stop()
        thread.join()
        server.finish()

        #expect(session.report.unanswered == 1)
        #expect(received.all == ["1:2.5\n"])
    }
}
