import Glibc
import NIOCore
import NIOEmbedded
import Testing

@testable import Core

/// A connection of a text client to a server with a fake buffer.
private struct TextConnection {
    let buffer: FakeBuffer
    let tally: NetworkTally
    let service: TextJobService
    let channel: EmbeddedChannel

    init(capacity: Int = 100, moment: EngineSettings.ReplyMoment = .receipt) throws {
        buffer = FakeBuffer(capacity: capacity)
        tally = NetworkTally()
        service = TextJobService(
            buffer: buffer,
            devices: DeviceTable(limit: 100),
            tally: tally,
            moment: moment
        )
        channel = EmbeddedChannel(handler: TextHandler(service: service, client: "peer"))
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws { try channel.send(text) }

    func pass(milliseconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
    }

    /// Everything written so far.
    func received() throws -> String {
        var text = ""
        while let piece = try channel.reply() { text += piece }
        return text
    }

    var names: [String] {
        buffer.jobs.map { "\(service.devices.name(of: $0.device)):\($0.cpuTime)" }
    }

    var isReading: Bool {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
            ?? true
    }
}

@Suite("Text clients over TCP", .timeLimit(.minutes(5)))
struct TextHandlerTests {
    @Test("a message without a newline is whole after 40 ms of silence")
    func silence() throws {
        let connection = try TextConnection()

        try connection.send("kthreadd:1")
        connection.pass(milliseconds: 39)
        #expect(connection.names.isEmpty)
        connection.pass(milliseconds: 1)

        #expect(connection.names == ["kthreadd:1"])
        #expect(try connection.received() == "Job received")
    }

    @Test("every byte starts the silence anew")
    func silenceStartsAnew() throws {
        let connection = try TextConnection()

        for byte in ["k", ":", "1", "2"] {
            try connection.send(byte)
            connection.pass(milliseconds: 39)
        }
        #expect(connection.names.isEmpty)
        connection.pass(milliseconds: 1)

        #expect(connection.names == ["k:12"])
    }

    @Test("one byte per second makes messages of one byte, which are no jobs")
    func slowBytes() throws {
        let connection = try TextConnection()

        for byte in ["3", ":", "5"] {
            try connection.send(byte)
            connection.pass(milliseconds: 1000)
        }

        #expect(connection.names.isEmpty)
        #expect(connection.tally[.notAJob] == 3)
        #expect(try connection.received().isEmpty)
    }

    @Test("two messages that came together are one job of the longer name")
    func coalesced() throws {
        let connection = try TextConnection()

        try connection.send("a:1b:2")
        connection.pass(milliseconds: 40)

        #expect(connection.names == ["a:1b:2"])
        #expect(connection.buffer.jobs.first?.cpuTime == .seconds(2))
    }

    @Test("a colon asks for an acknowledgement, a comma does not")
    func acknowledges() throws {
        let connection = try TextConnection()

        try connection.send("a:1\nb,2\nc:3\n")

        #expect(connection.names == ["a:1", "b:2", "c:3"])
        #expect(try connection.received() == "Job receivedJob received")
    }

    @Test("acknowledgements say what --reply says", arguments: EngineSettings.ReplyMoment.allCases)
    func moments(moment: EngineSettings.ReplyMoment) throws {
        let connection = try TextConnection(moment: moment)
        let acknowledgement = "Job received"

        try connection.send("a:1\n")
        #expect(try connection.received() == (moment == .receipt ? acknowledgement : ""))
        connection.buffer.executeNext()
        #expect(try connection.received() == (moment == .done ? acknowledgement : ""))
    }

    @Test("acknowledgements of executed jobs keep the order of the jobs")
    func order() {
        var owed = OwedReplies()
        let numbers = (0..<6).map { _ in owed.add() }

        #expect(owed.makeDue(numbers[1]) == 0)
        #expect(owed.makeDue(numbers[0]) == 2)
        #expect(owed.makeDue(numbers[5]) == 0)
        #expect(owed.makeDue(numbers[3]) == 0)
        #expect(owed.makeDue(owed.add()) == 0)
        #expect(owed.makeDue(numbers[2]) == 2)
        #expect(owed.makeDue(numbers[4]) == 3)
        #expect(owed.count == 0)
    }

    @Test("while a job cannot be inserted nothing is read, and silence means nothing")
    func backpressure() throws {
        let connection = try TextConnection(capacity: 1)

        try connection.send("a:1\nb:2\nc:3\nd:")
        #expect(connection.buffer.waitingPuts == 1)
        #expect(!connection.isReading)
        connection.pass(milliseconds: 1000)
        #expect(try connection.received() == "Job received")

        connection.buffer.executeNext()
        connection.buffer.executeNext()
        #expect(connection.names == ["c:3"])
        #expect(connection.isReading)
        connection.pass(milliseconds: 39)
        try connection.send("4\n")
        connection.buffer.executeNext()

        #expect(connection.names == ["d:4"])
        #expect(connection.tally[.notAJob] == 0)
    }

    @Test("events of other jobs do not put off the silence")
    func silenceIsOfBytes() throws {
        let connection = try TextConnection(moment: .done)

        try connection.send("a:1\nb:2\nc:3")
        connection.pass(milliseconds: 30)
        connection.buffer.executeNext()
        connection.pass(milliseconds: 10)

        #expect(connection.names == ["b:2", "c:3"])
    }

    @Test("END closes once what is pending is inserted, and what follows is not read")
    func end() throws {
        let connection = try TextConnection(capacity: 1)

        try connection.send("a:1\nb:2\nEND\nc:3\n")
        #expect(connection.channel.isActive)
        connection.buffer.executeNext()

        #expect(connection.names == ["b:2"])
        #expect(try connection.received() == "Job receivedJob received")
        #expect(!connection.channel.isActive)
        #expect(connection.buffer.putCount == 2)
    }

    @Test("END waits for the acknowledgements that are owed")
    func endWaits() throws {
        let connection = try TextConnection(moment: .done)

        try connection.send("a:1\nEND\n")
        #expect(connection.channel.isActive)
        connection.buffer.executeNext()

        #expect(try connection.received() == "Job received")
        #expect(!connection.channel.isActive)
    }

    @Test("done gets one report after all jobs have run")
    func report() throws {
        let connection = try TextConnection()

        try connection.send("init,4\ncat,9\ndone")
        connection.pass(milliseconds: 40)
        connection.buffer.executeNext()
        #expect(try connection.received().isEmpty)
        connection.buffer.executeNext()

        #expect(
            try connection.channel.reply()
                == "Consumer 1 processed:\ninit,4\ncat,9\nConsumer 1 spent 13 seconds of CPU time\n---\n"
        )
        #expect(!connection.channel.isActive)
    }

    @Test("a client that ends its side gets what it is owed")
    func halfClose() throws {
        let connection = try TextConnection(capacity: 1)

        try connection.send("a:1\nb:2\nc:3")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.channel.isActive)
        connection.buffer.executeNext()
        connection.buffer.executeNext()

        #expect(connection.names == ["c:3"])
        #expect(try connection.received() == "Job receivedJob receivedJob received")
        #expect(!connection.channel.isActive)
    }

    @Test("the jobs of a client that is reset are still run")
    func reset() throws {
        let connection = try TextConnection(capacity: 1)

        try connection.send("a:1\nb:2\nc:3")
        connection.channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNRESET, reason: "read"))
        #expect(!connection.channel.isActive)
        #expect(connection.service.orphanedBytes > 0)
        connection.buffer.executeNext()
        connection.buffer.executeNext()

        #expect(connection.names == ["c:3"])
        #expect(connection.buffer.withdrawn.isEmpty)
        #expect(connection.service.orphanedBytes == 0)
    }

    @Test("jobs of clients that are gone do not fill the memory")
    func orphans() throws {
        let connection = try TextConnection(capacity: 1)
        let service = connection.service
        try connection.send("a:1\nb:2\n")
        let jobs = String(repeating: "a:1\n", count: 15_000)

        for _ in 0..<100 {
            let other = EmbeddedChannel(handler: TextHandler(service: service, client: "peer"))
            try other.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
            try other.send(jobs)
            try other.close().wait()
        }

        #expect(service.orphanedBytes <= TextJobService.mostOrphanedBytes)
        #expect(connection.tally[.jobsOfGoneClientDropped] > 0)
        #expect(connection.buffer.withdrawn.count == connection.tally[.jobsOfGoneClientDropped])
    }

    @Test("1 MiB without a newline ends the connection and is counted")
    func tooLong() throws {
        let connection = try TextConnection()

        for _ in 0..<16 where connection.channel.isActive {
            try connection.send(String(repeating: "x", count: 65_536))
        }

        #expect(!connection.channel.isActive)
        #expect(connection.tally[.textTooLong] == 1)
    }

    @Test("what is no job is counted and gets no reply")
    func refused() throws {
        let connection = try TextConnection()

        try connection.send("hello\n1:-5\n1:99999999999999999999\n:5\n3:5\n")

        #expect(connection.names == ["3:5"])
        #expect(connection.tally[.notAJob] == 4)
        #expect(try connection.received() == "Job received")
    }

    @Test("a job for which no agent is free is tried again")
    func retries() throws {
        let connection = try TextConnection()
        connection.buffer.nextPut = [.refused(.tooManyCalls(limit: 1)), .late]

        try connection.send("a:1\nb:2\n")
        #expect(!connection.isReading)
        connection.pass(milliseconds: 100)
        connection.pass(milliseconds: 100)

        #expect(connection.names == ["a:1", "b:2"])
        #expect(connection.tally[.tooManyCalls] == 1)
        #expect(connection.isReading)
    }

    @Test("a server that stops ends the connection")
    func stopping() throws {
        let connection = try TextConnection()
        connection.buffer.nextPut = [.refused(.stopping)]

        try connection.send("a:1\nb:2\n")

        #expect(!connection.channel.isActive)
        #expect(connection.buffer.putCount == 1)
    }

    @Test("a server that stops has acknowledged what was inserted")
    func stoppingAfterInsert() throws {
        let connection = try TextConnection()
        connection.buffer.nextPut = [.inserted(id: 1, depth: 1), .refused(.stopping)]

        try connection.send("a:1\nb:2\n")

        #expect(try connection.received() == "Job received")
        #expect(connection.buffer.putCount == 2)
    }

    @Test("of 1000 connections that were idle for an hour each goes on")
    func idle() throws {
        let first = try TextConnection(capacity: 1000)
        let others = try (1..<1000).map { _ in
            let other = EmbeddedChannel(
                handler: TextHandler(service: first.service, client: "peer")
            )
            try other.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
            return other
        }

        for channel in [first.channel] + others {
            channel.embeddedEventLoop.advanceTime(by: .hours(1))
            try channel.send("a:1\n")
            #expect(try channel.reply() == "Job received")
        }

        #expect(first.names.count == 1000)
        for channel in others { try channel.close().wait() }
    }

    @Test("a client that never reads its acknowledgements is not read from, and loses nothing")
    func neverReads() throws {
        let connection = try TextConnection()

        connection.channel.isWritable = false
        try connection.send("a:1\nb:2\n")
        #expect(!connection.isReading)
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()

        #expect(connection.isReading)
        #expect(connection.names == ["a:1", "b:2"])
    }

    @Test("a client whose jobs do not run is not read from for ever")
    func mostOwed() throws {
        let jobs = TextHandler.mostOwed
        let connection = try TextConnection(capacity: 2 * jobs, moment: .done)

        try connection.send(String(repeating: "a:1\n", count: jobs))
        #expect(!connection.isReading)
        connection.buffer.executeNext()

        #expect(connection.isReading)
    }

    @Test(
        "however a stream is cut and the buffer fills, each job is inserted once and in its order"
    )
    func anyCut() throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = RandomNumbers(seed: seed)
            let jobs = (0..<Int.random(in: 1...40, using: &random)).map {
                "\($0)\(Bool.random(using: &random) ? ":" : ",")\($0 % 7)"
            }
            var text = Array(jobs.joined(separator: "\n").utf8)[...]
            let moment = EngineSettings.ReplyMoment.allCases.randomElement(using: &random) ?? .none
            let connection = try TextConnection(capacity: 3, moment: moment)
            var inserted: [String] = []
            var known = 0
            func note() {
                let produced = Int(connection.buffer.counts.produced)
                inserted += connection.names.suffix(produced - known)
                known = produced
            }

            while !text.isEmpty || connection.buffer.counts.depth > 0 || known < jobs.count {
                if connection.isReading, !text.isEmpty {
                    let piece = text.prefix(Int.random(in: 1...50, using: &random))
                    text = text.dropFirst(piece.count)
                    try connection.channel.send(Array(piece))
                }
                note()
                connection.pass(milliseconds: text.isEmpty ? 40 : 39)
                note()
                if Bool.random(using: &random) { connection.buffer.executeNext() }
                note()
            }

            let acknowledged = jobs.count { $0.contains(":") }
            #expect(
                inserted == jobs.map { $0.replacing(",", with: ":") },
                "seed \(seed)"
            )
            #expect(
                try connection.received().count
                    == (moment == .none ? 0 : acknowledged * "Job received".count),
                "seed \(seed)"
            )
        }
    }
}
