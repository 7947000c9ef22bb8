import Testing

@testable import Core

@Suite("Lists of jobs", .timeLimit(.minutes(5)))
struct JobListTests {
    private func read(_ text: String) throws(JobListError) -> JobList {
        try JobList(csv: Array(text.utf8))
    }

    @Test("a line is a job; heading, remarks, blank lines, spaces and line ends do not count")
    func whole() throws {
        let list = try read(
            "\u{feff}Arrival, device, seconds\r\n# a remark\r\n\r\n 2.5 , B , 10 ,3\n0,A,100.000001\n"
        )

        #expect(list.entries.map(\.arrival) == [.zero, .seconds(2.5)])
        #expect(list.entries.map { list.name(of: $0.device) } == ["A", "B"])
        #expect(list.entries.map(\.cpuTime) == [Microseconds(100_000_001), .seconds(10)])
        #expect(list.priorities.values.map { $0 } == [3])
    }

    @Test("jobs of one moment keep the order in which they are listed")
    func ties() throws {
        let list = try read("1,A,1\n0,B,2\n1,C,3\n0,D,4\n1,A,5")

        #expect(list.entries.map { list.name(of: $0.device) } == ["B", "D", "A", "C", "A"])
        #expect(list.longestTime == .seconds(16))
    }

    @Test("names are made fit for the screen")
    func sanitised() throws {
        let list = try read("0,\u{1b}[31mA\u{202e},1")

        #expect(list.names.last == "[31mA")
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("0,A", "line 1: 2 fields instead of arrival,device,seconds[,priority]"),
            ("0,A,1\n0,A,1,2,3", "line 2: 5 fields instead"),
            ("0,A,1\narrival,device,seconds", "line 2: the field \"arrival\" is not seconds"),
            ("-1,A,1", "line 1: the field \"arrival\" is not seconds from 0 to 1000000"),
            ("0,A,86401", "line 1: the field \"seconds\" is not seconds from 0 to 86400"),
            ("0,A,1e3", "the field \"seconds\""), ("0,A,", "the field \"seconds\""),
            ("0,A,nan", "the field \"seconds\""), ("0,A,0.1234567", "the field \"seconds\""),
            ("0,,1", "line 1: the device's name is not 1 to 64 bytes"),
            ("0,\u{200b},1", "the device's name"),
            ("0,\(String(repeating: "x", count: 65)),1", "the device's name"),
            ("0,A,1,-1001", "line 1: the priority is not a whole number from -1000 to 1000"),
            ("0,A,1,1.5", "the priority"), ("0,A,1,", "the priority"),
            ("0,A,1,99999999999999999999", "the priority"),
            ("0,A,1,2\n\n0,A,1,3", "line 3: device \"A\" had priority 2 before"),
            ("", "there is no job in it"), ("arrival,device,seconds\n", "there is no job in it"),
            ("\n\u{0}\n", "line 2: 1 field instead"),
            (String(repeating: "9", count: 1001), "line 1: longer than 1000 bytes"),
            ("999999,A,86400", "together are more than 1000000 s"),
        ]
    )
    func refused(text: String, sentence: String) {
        do throws(JobListError) {
            _ = try read(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(sentence), "\(error)")
        }
    }

    @Test("bytes that are no text, too many jobs and too long a file are refused")
    func limits() throws {
        #expect(throws: JobListError.line(2, .invalidUTF8)) {
            try JobList(csv: Array("0,A,1\n".utf8) + [0xFF, 0xFE])
        }
        let many = Array(repeating: "0,A,1\n", count: JobList.limit + 1).joined()
        #expect(throws: JobListError.tooManyJobs(limit: JobList.limit)) { try read(many) }
        let long = [UInt8](repeating: 10, count: (16 << 20) + 1)
        #expect(throws: JobListError.tooLong(bytes: long.count, limit: 16 << 20)) {
            try JobList(csv: long)
        }
    }

    @Test("whatever the bytes are, there is a list or a reason")
    func total() throws {
        for seed in UInt64(0)..<500 {
            var random = RandomNumbers(seed: seed)
            let alphabet = Array("019.,,\n\r A#\u{e9}-".utf8) + [0xFF]
            let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            do throws(JobListError) {
                let list = try JobList(csv: text)
                #expect(!list.entries.isEmpty, "seed \(seed)")
            } catch {
                #expect(!"\(error)".isEmpty, "seed \(seed)")
            }
        }
    }

    @Test("of a recorded run it has the jobs as they were produced, as long as its rate made them")
    func recorded() throws {
        var settings = EngineSettings()
        settings.kernel.rate = try #require(Rate(times: 2))
        let rehearsal = Rehearsal(settings)
        for second in [3.0, 4, 6] {
            let job = Job(device: DeviceID(UInt32(second)), cpuTime: .seconds(second))
            rehearsal.send(job, at: .seconds(second))
        }
        rehearsal.run(until: .seconds(5))
        rehearsal.setRate(.maximum)
        rehearsal.run()
        let start = rehearsal.kernel.initialState
        let timeline = Timeline(from: start, events: rehearsal.takeEvents())

        let list = JobList(of: timeline) { "device \($0.index)" }

        #expect(list.entries.map(\.arrival) == [.zero, .seconds(1), .seconds(3)])
        #expect(list.entries.map(\.cpuTime) == [.seconds(1.5), .seconds(2), .seconds(6)])
        #expect(list.names.dropFirst() == ["device 3", "device 4", "device 6"])
    }
}
