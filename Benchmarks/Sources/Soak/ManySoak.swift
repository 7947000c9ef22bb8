import Core
import Foundation

/// Very many idle connections and blocked takers in one server, and jobs that flow all the same.
struct ManySoak {
    let server: String
    let connections: Int
    let takers: Int
    let jobs: Int

    private static let callsPerConnection = 50
    /// For the other connections of this program, and what is open besides.
    private static let spare = 64

    /// Memory and threads of a process, from /proc.
    private struct Size: CustomStringConvertible {
        let kilobytes: Int
        let threads: Int

        init(of pid: Int32) {
            let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            func number(_ name: String) -> Int {
                let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") } ?? ""
                return line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
            }
            kilobytes = number("VmRSS")
            threads = number("Threads")
        }

        var description: String { "\(kilobytes / 1024) MiB in memory, \(threads) threads" }
    }

    /// - Returns: Whether all connections stood, all takers were answered and all jobs came out once.
    func run() throws -> Bool {
        let process = try ServerProcess(
            server,
            [
                "serve", "127.0.0.1", "0", "--headless", "--log-format", "none",
                "--producers", "0", "--consumers", "0", "--capacity", "1024",
                "--connections", "\(connections + takers / Self.callsPerConnection + Self.spare)",
                "--calls", "\(takers + Self.spare)",
            ]
        )
        defer { process.terminate() }
        print("at the start: \(Size(of: process.pid))")
        let idle = OpenStreams(to: process.port)
        openIdle(idle)
        let calls = OpenStreams(to: process.port)
        guard try block(calls, process) else { return false }
        let answered = answer(calls, process)
        print("takers answered: \(answered) of \(takers), each with a job of its own")
        let isFlowing = flow(process)
        let ended = idle.ended
        print("at the end: \(Size(of: process.pid)), \(ended) idle connections ended by the server")
        process.terminate()
        let summary = process.waitForEnd()
        let lines = summary.split(separator: "\n").filter {
            $0.hasPrefix("Remote clients:") || $0.hasPrefix("Refused")
                || $0.hasPrefix("Nothing lost") || $0.hasPrefix("BROKEN")
        }
        for line in lines { print(line) }
        return answered == takers && isFlowing && ended == 0 && summary.contains("\nNothing lost")
    }

    private func openIdle(_ idle: OpenStreams) {
        let most = OpenStreams.raiseLimit() - takers / Self.callsPerConnection - Self.spare
        if most < connections {
            print("the system allows fewer files: \(most) connections, not \(connections)")
        }
        let begin = Date()
        while idle.descriptors.count < min(connections, most), idle.open() {}
        let time = Date().timeIntervalSince(begin)
        print("idle connections: \(idle.descriptors.count) in \(Self.seconds(time)) s")
    }

    /// Lets all takers wait.
    private func block(_ calls: OpenStreams, _ process: ServerProcess) throws -> Bool {
        let take = RemoteRequest.take(waitMilliseconds: 20_000)
        for first in stride(from: 0, to: takers, by: Self.callsPerConnection) {
            guard calls.open(), let descriptor = calls.descriptors.last else { return false }
            let xids = first..<min(first + Self.callsPerConnection, takers)
            let records = xids.flatMap { RecordMarking.record(take.message(xid: UInt32($0 + 1))) }
            guard calls.send(records, on: descriptor) else { return false }
        }
        let watcher = OpenStreams(to: process.port)
        guard watcher.open() else { return false }
        // STATUS, until all of them are in the queue.
        var waiting = 0
        for xid: UInt32 in 1...100_000 where waiting < takers {
            let status = RecordMarking.record(RemoteRequest.status.message(xid: xid))
            guard watcher.send(status, on: watcher.descriptors[0]) else { return false }
            let reply = watcher.receive(60, on: watcher.descriptors[0])
            guard case .counts(let counts)? = Self.result(reply, .status) else { return false }
            waiting = Int(counts.waitingTake)
        }
        print("takers blocked: \(waiting); \(Size(of: process.pid))")
        return waiting == takers
    }

    /// Puts a job for each taker, half as text and half as calls.
    ///
    /// - Returns: How many takers got a job that nobody else got.
    private func answer(_ calls: OpenStreams, _ process: ServerProcess) -> Int {
        let senders = OpenStreams(to: process.port)
        guard senders.open(), senders.open() else { return 0 }
        let text = (0..<takers / 2).map { "text-\($0),0\n" }.joined()
        let submits = (takers / 2..<takers).flatMap { number in
            RecordMarking.record(Self.submit("call-\(number)").message(xid: UInt32(number)))
        }
        guard senders.send(Array(text.utf8), on: senders.descriptors[0]),
            senders.send(submits, on: senders.descriptors[1])
        else { return 0 }
        var devices: Set<String> = []
        for (number, descriptor) in calls.descriptors.enumerated() {
            let count = min(Self.callsPerConnection, takers - number * Self.callsPerConnection)
            for _ in 0..<count {
                let mark = calls.receive(4, on: descriptor)
                guard mark.count == 4 else { return devices.count }
                let length = Int(mark[2]) << 8 | Int(mark[3])
                let reply = mark + calls.receive(length, on: descriptor)
                guard case .taking(.taken(_, let job))? = Self.result(reply, .take) else {
                    continue
                }
                devices.insert(job.device)
            }
        }
        return devices.count
    }

    /// Puts and takes with 16 calls of each kind under way, all the other connections being there.
    private func flow(_ process: ServerProcess) -> Bool {
        let stream = OpenStreams(to: process.port)
        guard stream.open() else { return false }
        let batch = 16
        let begin = Date()
        for first in stride(from: 0, to: jobs, by: batch) {
            let requests = (0..<batch).flatMap { number in
                let xid = UInt32(2 * (first + number) + 1)
                return RecordMarking.record(Self.submit("flow").message(xid: xid))
                    + RecordMarking.record(
                        RemoteRequest.take(waitMilliseconds: 20_000).message(xid: xid + 1)
                    )
            }
            guard stream.send(requests, on: stream.descriptors[0]) else { return false }
            // A receipt has 48 bytes with its mark; a taking of this job 56.
            let replies = stream.receive(batch * 104, on: stream.descriptors[0])
            guard replies.count == batch * 104 else { return false }
        }
        let count = (jobs + batch - 1) / batch * batch
        let rate = Int(Double(count) / Date().timeIntervalSince(begin))
        print("meanwhile: \(count) jobs put and taken, \(rate) jobs/s (16 at a time, one client)")
        return true
    }

    private static func submit(_ device: String) -> RemoteRequest {
        .submit(RemoteSubmit(RemoteJob(device: device, seconds: 0), waitMilliseconds: 20_000))
    }

    /// The result in a record of one fragment.
    private static func result(
        _ record: [UInt8],
        _ procedure: RemoteProcedure
    ) -> RemoteResult? {
        Array(record.dropFirst(4)).withUnsafeBytes {
            try? RemoteReply.result(in: $0, of: procedure)
        }
    }

    private static func seconds(_ time: TimeInterval) -> String { String(format: "%.2f", time) }
}
