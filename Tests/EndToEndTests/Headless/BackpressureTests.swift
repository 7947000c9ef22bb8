import Core
import Testing

extension HeadlessTests {
    /// A flood of producers on a buffer that nobody empties.
    @Suite("A full buffer and remote producers")
    struct BackpressureTests {
        /// Unique, and long, so that few jobs fill the system's buffers.
        private static func name(_ number: Int) -> String {
            "\(number)-" + String(repeating: "x", count: 57 - "\(number)".count)
        }

        /// Sends jobs until the connection takes no more for as long as a reader would never pause.
        ///
        /// - Returns: The jobs that were sent whole, and what is left of the one after them.
        private func flood(_ client: StreamClient) async throws -> (jobs: Int, rest: [UInt8]) {
            var jobs = 0
            var rest: ArraySlice<UInt8> = []
            var fruitless = 0
            while fruitless < 30 {
                if rest.isEmpty {
                    rest = Array("\(Self.name(jobs)):0\n".utf8)[...]
                    jobs += 1
                }
                let count = try #require(client.sendSome(rest))
                rest = rest.dropFirst(count)
                fruitless = count > 0 ? 0 : fruitless + 1
                if count == 0 { try await Task.sleep(for: .milliseconds(15)) }
                try #require(jobs < 100_000, "the sender must stall long before")
            }
            return (jobs, Array(rest))
        }

        private func ask(_ server: HeadlessServer, _ request: String) async throws -> String {
            let client = try StreamClient(to: server.port)
            try await client.send(request)
            return try await client.waitForEnd()
        }

        @Test("senders stall or are told so, others are served, and each job comes out once")
        func flood() async throws {
            let server = try await HeadlessServer(
                "--producers 0 --consumers 0 --capacity 3 --log-format none"
            )
            let memory = Processes.memory(of: server.child.pid)
            let text = try StreamClient(to: server.port, sendBuffer: 16_384)
            let calls = try CallClient(to: server.port)

            let (jobs, rest) = try await flood(text)
            let json = try await ask(server, #"{"type":"producer","id":1,"item":"no room"}"#)
            let document = try await ask(
                server,
                #"{"command":"PRODUCE","file_number":1,"xml_data":"no room"}"#
            )
            let submit = try await calls.call(CallClient.job("no room"))
            let late = try await calls.call(CallClient.job("no room", wait: 20))
            let waiting = try await calls.begin(CallClient.job("waits", wait: 20_000))
            let page = try await ask(server, "GET /status HTTP/1.0\r\n\r\n")
            let counts = try await calls.counts()
            let acknowledged = text.text
            let growth = Processes.memory(of: server.child.pid) - memory

            #expect(json == #"{"status":"error","message":"Buffer is full. Try again later."}"#)
            #expect(document == #"{"status":"FULL","message":"Buffer is full","buffer_size":3}"#)
            #expect(submit == .receipt(RemoteReceipt(.full, depth: 3, capacity: 3)))
            #expect(late == .receipt(RemoteReceipt(.timeout, depth: 3, capacity: 3)))
            #expect(page.contains(#""depth":3,"capacity":3,"#))
            #expect(counts.depth == 3 && counts.waitingPut == 2, "\(counts)")
            #expect(acknowledged == String(repeating: "Job received", count: 3))
            #expect(growth < 32 << 10, "KiB of memory")

            var unsent = rest[...]
            let taken = try await takeAll(jobs + 1, calls) {
                unsent = unsent.dropFirst(text.sendSome(unsent) ?? 0)
                if unsent.isEmpty { text.finishSending() }
            }
            let receipt = try await calls.result(of: waiting, .submit)
            let replies = try await text.waitForEnd()
            let books = try await calls.counts()
            let summary = try await server.terminate()

            #expect(Set(taken).count == jobs + 1, "each job once")
            let names = taken.filter { $0 != "waits" }
            #expect(names == (0..<jobs).map(Self.name), "in the order in which they were sent")
            #expect(replies == String(repeating: "Job received", count: jobs))
            if case .receipt(let receipt) = receipt { #expect(receipt.code == .ok) }
            // Thousands of devices have a line each: a summary so long may be cut where the reader is
            // slow, but its verdict is also the exit code.
            #expect(books.produced == UInt64(jobs + 1) && books.depth == 0, "\(books)")
            #expect(books.consumed == UInt64(jobs + 1), "\(books)")
            #expect(summary.end == .exited(0))
        }

        /// Takes so many jobs, many calls under way at a time, and finds nothing after them.
        ///
        /// - Parameters:
        ///   - count: How many.
        ///   - client: Of remote calls.
        ///   - goOn: Called after every job.
        /// - Returns: The devices' names, in the order of the jobs' numbers.
        /// - Throws: When there are fewer jobs, or one comes twice.
        private func takeAll(
            _ count: Int,
            _ client: CallClient,
            afterEach goOn: () -> Void
        ) async throws -> [String] {
            var jobs: [UInt64: String] = [:]
            var underWay: [UInt32] = []
            var begun = 0
            while jobs.count < count {
                while begun < count, underWay.count < 32 {
                    underWay.append(try await client.begin(.take(waitMilliseconds: 20_000)))
                    begun += 1
                }
                let result = try await client.result(of: underWay.removeFirst(), .take)
                guard case .taking(.taken(let id, let job)) = result else {
                    throw NotInTime(awaited: "a job", instead: "\(result) after \(jobs.count)")
                }
                if jobs.updateValue(job.device, forKey: id) != nil {
                    throw NotInTime(awaited: "each job once", instead: "job \(id) twice")
                }
                goOn()
            }
            let more = try await client.call(.take(waitMilliseconds: 0))
            #expect(more == .taking(.nothing(.empty)))
            return jobs.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
