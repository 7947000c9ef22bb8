import Foundation
import Testing

extension HeadlessTests {
    @Suite("Producers and consumers against a buffer server that no one here wrote")
    struct BufferServerTests {
        /// The course's server: an object per connection, full and empty are answers.
        private static let python = """
            import collections, json, socketserver, sys, threading
            items, lock, capacity = collections.deque(), threading.Lock(), int(sys.argv[1])
            def answer(request):
                if request["type"] == "producer":
                    if len(items) == capacity:
                        return {"status": "error", "message": "Buffer is full. Try again later."}
                    items.append(request["item"])
                    return {"status": "success", "message": "ok", "buffer_size": len(items)}
                if not items:
                    return {"status": "error", "message": "Buffer is empty. No items to consume."}
                item = items.popleft()
                return {"status": "success", "item": item, "message": "", "buffer_size": len(items)}
            class Handler(socketserver.BaseRequestHandler):
                def handle(self):
                    request = json.loads(self.request.recv(1024))
                    with lock:
                        self.request.sendall(json.dumps(answer(request)).encode())
            class Server(socketserver.ThreadingTCPServer):
                daemon_threads = True
            server = Server(("127.0.0.1", 0), Handler)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """

        private func client(_ verb: String, _ port: String, _ options: String) throws -> Child {
            try Child(
                BuiltProgram.device.path,
                [verb, "127.0.0.1", port] + options.split(separator: " ").map(String.init)
            )
        }

        @Test("everything put is taken once, in order", .needs(.python3))
        func allTaken() async throws {
            let server = try Child(Tool.python3.required(), ["-c", Self.python, "2"])
            let port = try await server.waitForOutput("\n")
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let patient = "--items 6 --interval 0 --retries 1000 --pause 0.01"

            let consumer = try client("consume", port, patient)
            let producer = try client("produce", port, patient + " --id 7")
            let ends = try await (producer.waitForEnd(), consumer.waitForEnd())

            #expect(ends == (.exited(0), .exited(0)), "\(producer.story()) \(consumer.story())")
            let taken = consumer.text.matches(of: #/C1 took (\S+):/#).map { String($0.1) }
            #expect(taken == (1...6).map { "P7-Item-\($0)" })
            #expect(producer.text.contains("P7: 6 of 6 done"))
        }

        @Test("what stays undone is 1, and a signal ends it with the statistics", .needs(.python3))
        func undone() async throws {
            let server = try Child(Tool.python3.required(), ["-c", Self.python, "2"])
            let port = try await server.waitForOutput("\n")
                .trimmingCharacters(in: .whitespacesAndNewlines)

            let producer = try client(
                "produce",
                port,
                "--items 3 --interval 0 --retries 1 --pause 0"
            )
            let end = try await producer.waitForEnd()
            let waiting = try client("produce", port, "--pause 1000")
            try await waiting.waitForOutput("tries again in 1000 s")
            waiting.send(15)
            let stopped = try await waiting.waitForEnd()

            #expect(end == .exited(1))
            #expect(producer.text.hasSuffix("P1: 2 of 3 done, 2 refused, 1 retry\n"))
            #expect(stopped == .exited(143))
            #expect(waiting.text.hasSuffix("P1: 0 of 5 done, 1 refused, 0 retries\n"))
        }
    }
}
