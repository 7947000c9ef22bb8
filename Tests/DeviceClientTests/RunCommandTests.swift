import ArgumentParser
import Core
import Glibc
import Testing

@testable import DeviceClient

@Suite("signalbox-device run")
struct RunCommandTests {
    @Test("three devices send five jobs each and wait for the replies, if nothing else is said")
    func defaults() throws {
        let command = try RunCommand.parse(["localhost", "5555"])

        let workload = try command.workload(seed: 1)
        #expect(workload.devices == 3)
        #expect(workload.jobsPerDevice == 5)
        #expect(workload.seconds.description == "1...5")
        #expect(workload.interval.description == "0...1")
        #expect(workload.firstID == 1)
        let manner = try command.manner()
        #expect(manner.waitsForReplies)
        #expect(manner.timeout == .seconds(300))
    }

    @Test("run is what happens without a subcommand")
    func defaultSubcommand() throws {
        #expect(try SignalboxDevice.parseAsRoot(["localhost", "5555"]) is RunCommand)
        #expect(try SignalboxDevice.parseAsRoot(["run", "localhost", "5555"]) is RunCommand)
    }

    @Test("the help shows the options of run", arguments: [["--help"], ["-h"], ["help"]])
    func help(arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) {
            var command = try SignalboxDevice.parseAsRoot(arguments)
            try command.run()
        }

        let text = SignalboxDevice.message(for: error)

        for part in ["signalbox-device run [", "<address> <port>", "--devices", "--seconds"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test("a server that is not there is named, other errors say what failed")
    func nobodyThere() throws {
        let command = try RunCommand.parse(["127.0.0.1", "5999"])
        let run = DeviceRun(
            workload: try command.workload(seed: 1),
            server: try #require(try SocketAddress.resolve("127.0.0.1", port: 5999).first),
            manner: try command.manner()
        )

        let refused = run.sentence(SystemError("recv", number: ECONNREFUSED))
        let other = run.sentence(SystemError("recv", number: ENETUNREACH))

        #expect(refused == "no server answers at 127.0.0.1 5999")
        #expect(other == "recv failed: Network is unreachable")
    }

    @Test(
        "what cannot be run is refused before anything is sent",
        arguments: [
            ["--devices", "0"], ["--devices", "1001"], ["--jobs", "0"], ["--seconds", "5...1"],
            ["--seconds", "x"], ["--interval", "-1"], ["--timeout", "0"], ["--timeout", "1...2"],
            ["--wait", "done"], ["--protocol", "carrier-pigeon"], ["--first-id", "x"],
        ]
    )
    func refuses(options: [String]) {
        #expect(throws: (any Error).self) {
            try RunCommand.parse(["localhost", "5555"] + options)
        }
    }

    @Test("a port is 1 to 65535", arguments: ["0", "65536", "x"])
    func port(text: String) {
        #expect(throws: (any Error).self) { try RunCommand.parse(["localhost", text]) }
    }
}

@Suite("Report lines")
struct ReportLineTests {
    @Test("replies are mentioned only where they are awaited")
    func text() {
        let report = DeviceReport(id: "3")

        #expect(
            ReportLine.text(report, repliesAwaited: true) == "3: 0 sent, 0 replied, 0 unanswered"
        )
        #expect(ReportLine.text(report, repliesAwaited: false) == "3: 0 sent, replies not awaited")
    }
}

@Suite("Progress bar")
struct ProgressBarTests {
    @Test("it is rewritten only when it has changed, and leaves nothing behind")
    func text() {
        var bar = ProgressBar(of: 4)

        #expect(bar.text(finished: 1) == "\r[#######.......................] 1 of 4 jobs")
        #expect(bar.text(finished: 1) == nil)
        #expect(bar.erased == "\r" + String(repeating: " ", count: 44) + "\r")
    }
}
