import Testing

@testable import Core

@Suite("Servers that are not to be trusted", .timeLimit(.minutes(5)))
struct HostileWatchTests {
    /// A stream with events and states in it.
    private static func stream(seed: UInt64) -> [[UInt8]] {
        let run = WatchedRun(seed: seed)
        let link = run.join()
        for tick in 0..<12 {
            run.walk(25)
            link.isWritable = tick % 4 != 2
            run.service.tell()
        }
        return link.bytes.split(separator: 10).map(Array.init)
    }

    private static let greeting = stream(seed: 1).prefix {
        !$0.starts(with: "{\"is\":\"state".utf8)
    }

    private func problem(_ lines: String...) -> LineProblem? {
        var decoder = WatchDecoder()
        do throws(LineProblem) {
            for line in Self.greeting { _ = try decoder.add(line) }
            for line in lines { _ = try decoder.add(Array(line.utf8)) }
            return nil
        } catch {
            return error
        }
    }

    private static func state(
        _ number: String = "0",
        occupied: String = "0",
        threads: String = "0"
    ) -> String {
        "{\"is\":\"state\",\"number\":\(number),\"t\":0,\"program\":0,\"rate\":1,\"paused\":false,"
            + "\"cancelled\":false,\"produced\":0,\"consumed\":0,\"lost\":0,\"doubled\":0,"
            + "\"empty_takes\":0,\"withdrawn\":0,\"occupied\":\(occupied),\"next_in\":0,"
            + "\"next_out\":0,\"threads\":\(threads)}"
    }

    private static func frame(_ number: String = "0") -> String {
        "{\"is\":\"frame\",\"after\":\(number),\"now\":0,\"devices\":false,\"times\":false,"
            + "\"inbox\":0,\"accepted\":0,\"refused\":0,\"dropped\":0,\"dropped_on_purpose\":0,"
            + "\"doubled_on_purpose\":0,\"watchers\":1}"
    }

    private static func slot(_ number: Int) -> String {
        "{\"is\":\"slot\",\"slot\":\(number),\"job\":1,\"device\":\"a\",\"device_number\":1,"
            + "\"cpu_seconds\":1,\"work_done\":0,\"turn\":0}"
    }

    private static func thread(_ number: Int, line: Int = 1) -> String {
        "{\"is\":\"thread\",\"thread\":\(number),\"role\":\"producer\",\"ordinal\":1,"
            + "\"agent\":false,\"line\":\(line),\"phase\":\"ready\",\"since\":0,"
            + "\"holds_unit\":false,\"lends_unit\":false,\"timed_out\":false,\"slow\":false,\"killed\":false,"
            + "\"work_done\":0}"
    }

    @Test("a frame of nothing is one")
    func nothing() {
        #expect(problem(Self.state(), Self.frame()) == nil)
        #expect(problem(Self.state(threads: "1"), Self.thread(0), Self.frame()) == nil)
        #expect(problem(Self.state(occupied: "1"), Self.slot(2), Self.frame()) == nil)
    }

    @Test("what cannot be shown is refused, and the sentence says why")
    func refused() {
        #expect(problem("{}") == .missing("number"))
        #expect(problem("[]") == .notFlatJSON(position: 0))
        #expect(problem("{\"is\":\"dance\"}") == .unknownName(field: "is", "dance"))
        #expect(problem(Self.frame("1")) == .wrongNumber(1, expected: 0))
        #expect(
            problem(Self.state("99999999999999999999"))
                == .outOfRange(field: "number", allowed: 0...(1 << 53))
        )
        #expect(
            problem(Self.state(occupied: "4")) == .outOfRange(field: "occupied", allowed: 0...3)
        )
        #expect(
            problem(Self.state(), Self.slot(0), Self.frame())
                == .impossible("1 of 0 jobs are in 3 slots")
        )
        #expect(
            problem(Self.state(occupied: "2"), Self.slot(1), Self.slot(1), Self.frame())
                == .impossible("slot 1 comes after slot 1")
        )
        #expect(
            problem(Self.state(threads: "1"), Self.thread(5), Self.frame())
                == .impossible("thread 5 is in place 0")
        )
        #expect(
            problem(Self.state(threads: "1"), Self.thread(0, line: 200))
                == .outOfRange(field: "line", allowed: 1...6)
        )
        #expect(
            problem("{\"is\":\"client\",\"agent\":1,\"name\":\"\\u001b[2J\"}")
                == .badText(field: "name", limit: 64)
        )
    }

    @Test("a mailbox is called nothing that changes what a watcher asks for")
    func mailboxNames() {
        var lines = Self.greeting.map { String(decoding: $0, as: UTF8.self) }
        let hello = lines.removeLast()
        func problem(_ last: [String]) -> LineProblem? {
            var decoder = WatchDecoder()
            do throws(LineProblem) {
                for line in lines + last { _ = try decoder.add(Array(line.utf8)) }
                return nil
            } catch {
                return error
            }
        }

        #expect(problem([hello]) == nil)
        let long = String(repeating: "a", count: 33)
        for name in ["", "a b", "left HTTP/1.1", "a&b=c", "a%20b", "größe", long] {
            let told = "{\"is\":\"mailbox\",\"name\":\"\(name)\",\"destinations\":[]}"
            let ours = hello.replacing("\"mailbox\":\"default\"", with: "\"mailbox\":\"\(name)\"")
            #expect(problem([told, hello]) == .notAMailbox(field: "name"), "\(name)")
            #expect(problem([ours]) == .notAMailbox(field: "mailbox"), "\(name)")
        }
    }

    @Test("every list has an end")
    func lists() {
        let semaphore =
            "{\"is\":\"semaphore\",\"name\":\"full\",\"value\":0,\"overtakes\":0,\"waiting\":9,"
            + "\"waiters\":[\(Array(repeating: "\"0\"", count: 17).joined(separator: ","))]}"
        let event = { (number: Int) in
            "{\"number\":\(number),\"t\":0,\"thread\":\(number - 1),\"event\":\"thread_joined\","
                + "\"role\":\"producer\",\"ordinal\":1}"
        }
        var decoder = WatchDecoder()
        for line in Self.greeting { #expect(throws: Never.self) { try decoder.add(line) } }

        #expect(problem(Self.state(), semaphore) == .tooMany("waiters", limit: 16))
        #expect(throws: LineProblem.tooMany("events", limit: 256)) {
            for number in 1...1000 { _ = try decoder.add(Array(event(number).utf8)) }
        }
        let long = String(repeating: " ", count: WatchDecoder.longestLine)
        #expect(problem(long + "{}") == .tooLong(limit: WatchDecoder.longestLine))
    }

    @Test("an event that cannot happen is refused where all is known")
    func impossible() {
        let jump =
            "{\"number\":1,\"t\":0,\"thread\":0,\"event\":\"jumped\",\"line\":200}"
        let resumed = "{\"number\":2,\"t\":0,\"event\":\"resumed\"}"

        #expect(problem(jump, Self.frame("1")) == .impossible("the thread has not joined"))
        #expect(problem(resumed) == .wrongNumber(2, expected: 1))
    }

    @Test("a stream with any bytes changed is read or refused, and never traps")
    func changed() {
        for seed in 1...4 as ClosedRange<UInt64> {
            let lines = Self.stream(seed: seed)
            var random = RandomNumbers(seed: seed)
            for _ in 0..<15 {
                var decoder = WatchDecoder()
                for var line in lines {
                    if Int.random(in: 0..<12, using: &random) == 0, !line.isEmpty {
                        let place = Int.random(in: line.indices, using: &random)
                        line[place] =
                            Bool.random(using: &random)
                            ? UInt8.random(in: 48...57, using: &random)
                            : UInt8.random(in: 32...126, using: &random)
                    }
                    guard let frame = try? decoder.add(line) else { continue }
                    #expect(frame.state?.boundProblem == nil, "seed \(seed)")
                }
            }
        }
    }
}
