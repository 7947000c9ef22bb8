import Glibc
import Testing

@testable import Core

/// A server whose answers a test scripts: datagram and number of the datagram in, replies out.
private final class ScriptedServer: Sendable {
    let socket: DatagramSocket
    private let thread: SystemThread
    private let log = RequestLog()

    init(_ answer: @escaping @Sendable (Int, [UInt8]) -> [[UInt8]]) throws {
        let socket = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1 << 20)
        self.socket = socket
        thread = SystemThread(name: "server") { [log] in
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2000, alignment: 1)
            defer { bytes.deallocate() }
            var peer = SocketAddress()
            while let length = try? socket.receive(into: bytes, from: &peer, waiting: true),
                length > 0
            {
                let request = Array(bytes[..<length])
                let number = log.add(String(decoding: request, as: UTF8.self))
                for reply in answer(number, request) {
                    reply.withUnsafeBytes { try? socket.send($0, to: peer) }
                }
            }
        }
    }

    func finish() -> [String] {
        socket.shutDown()
        thread.join()
        return log.all
    }
}

private final class RequestLog: Sendable {
    private let texts = Guarded<[String]>([])

    /// Returns the text's number, from 0.
    func add(_ text: String) -> Int {
        texts.withLock { texts in
            texts.append(text)
            return texts.count - 1
        }
    }

    var all: [String] { texts.withLock { $0 } }
}

private func session(
    _ server: SocketAddress,
    jobs: Int,
    waits: Bool = true,
    timeout: Duration = .seconds(20),
    interval: Microseconds = .zero,
    clock: any EngineClock = SystemClock()
) -> DeviceSession {
    let second = Microseconds(1_000_000)
    let workload = Workload(
        devices: 1,
        jobsPerDevice: jobs,
        seconds: SecondsRange(second...second, step: second),
        interval: SecondsRange(interval...interval, step: second),
        seed: 1
    )
    return DeviceSession(
        jobs: workload.stream(ofDevice: 0),
        server: server,
        manner: DeviceSession.Manner(waitsForReplies: waits, timeout: timeout),
        clock: clock
    )
}

@Suite("Device session", .timeLimit(.minutes(5)))
struct DeviceSessionTests {
    @Test("each job is sent once and its echo counted and timed")
    func replies() throws {
        let server = try ScriptedServer { _, request in [request] }
        let session = session(server.socket.address, jobs: 20)

        session.run()

        #expect(server.finish() == Array(repeating: "1:1", count: 20))
        let report = session.report
        #expect([report.sent, report.replied, report.unanswered, report.failed] == [20, 20, 0, 0])
        #expect(try #require(report.meanReplyTime) > .zero)
        #expect(try #require(report.p99ReplyTime) >= #require(report.meanReplyTime))
    }

    @Test("what is not the echo is a stray reply, and the wait goes on")
    func strayReplies() throws {
        let server = try ScriptedServer { _, request in [[0x78], request + request, request] }
        let session = session(server.socket.address, jobs: 1)

        session.run()

        _ = server.finish()
        #expect(session.report.replied == 1)
        #expect(session.report.strayReplies == 2)
    }

    @Test("a job without a reply is unanswered and never sent again")
    func unanswered() throws {
        let server = try ScriptedServer { _, _ in [] }
        let session = session(server.socket.address, jobs: 2, timeout: .milliseconds(5))

        session.run()

        #expect(server.finish().count == 2)
        #expect(session.report.unanswered == 2)
    }

    @Test("a late echo is not taken for the reply to the next job with the same text")
    func lateEcho() throws {
        let server = try DatagramSocket(bind: .loopback(port: 0), receiveBuffer: 1 << 20)
        let session = session(server.address, jobs: 2, timeout: .milliseconds(100))
        let thread = SystemThread(name: "device") { session.run() }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { bytes.deallocate() }
        var first = SocketAddress()
        var second = SocketAddress()
        let length = try server.receive(into: bytes, from: &first, waiting: true)
        _ = try server.receive(into: bytes, from: &second, waiting: true)

        try server.send(UnsafeRawBufferPointer(rebasing: bytes[..<length]), to: first)
        thread.join()

        #expect(first != second)
        #expect(session.report.unanswered == 2)
        #expect(session.report.replied == 0)
    }

    @Test("a server that is not there is noticed at once")
    func noServer() throws {
        let nobody = try DatagramSocket.silent()
        let session = session(nobody.address, jobs: 5)

        session.run()
        withExtendedLifetime(nobody) {}

        #expect(session.report.unanswered == 5)
        #expect(session.report.lastError?.number == ECONNREFUSED)
    }

    @Test("without waiting for replies all jobs are sent")
    func withoutWaiting() throws {
        let server = try ScriptedServer { _, request in [request] }
        let session = session(server.socket.address, jobs: 50, waits: false)

        session.run()

        #expect(session.report.sent == 50)
        #expect(session.report.unanswered == 0)
        #expect(session.finishedJobs == 50)
        _ = server.finish()
    }

    @Test("stopping ends the wait for a reply, whose job is then unanswered")
    func stopWhileWaiting() throws {
        let server = try ScriptedServer { _, _ in [] }
        let session = session(server.socket.address, jobs: 5)
        let thread = SystemThread(name: "device") { session.run() }
        waitUntil { session.report.sent == 1 }

        session.stop()
        thread.join()

        #expect(session.report.unanswered == 1)
        #expect(server.finish().count == 1)
    }

    @Test("stopping ends a pause")
    func stopWhilePausing() throws {
        let clock = ManualClock()
        let session = session(
            .loopback(port: 9),
            jobs: 5,
            interval: Microseconds(1_000_000),
            clock: clock
        )
        let thread = SystemThread(name: "device") { session.run() }

        session.stop()
        thread.join()

        #expect(session.report.sent == 0)
    }

    @Test("a fleet sends every device's jobs and says when the last one is done")
    func fleet() throws {
        let server = try ScriptedServer { _, request in [request] }
        let second = Microseconds(1_000_000)
        let workload = Workload(
            devices: 4,
            jobsPerDevice: 25,
            seconds: SecondsRange(.zero...second, step: second),
            interval: SecondsRange(.zero ... .zero, step: second),
            seed: 1
        )
        let done = Parker()

        let fleet = DeviceFleet(
            workload,
            server: server.socket.address,
            manner: DeviceSession.Manner(waitsForReplies: true, timeout: .seconds(20)),
            clock: SystemClock(),
            whenDone: { done.unpark() }
        )
        while fleet.isRunning { done.park() }
        fleet.join()

        #expect(fleet.finishedJobs == 100)
        #expect(fleet.reports.map(\.id) == ["1", "2", "3", "4"])
        let total = DeviceReport.total(of: fleet.reports, id: "total")
        #expect([total.sent, total.replied, total.unanswered] == [100, 100, 0])
        #expect(server.finish().count == 100)
    }
}
