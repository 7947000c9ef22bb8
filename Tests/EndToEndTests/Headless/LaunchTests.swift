import Glibc
import Testing

extension HeadlessTests {
    @Suite("Server and clients as processes")
    struct LaunchTests {
        /// Its children pause for longer than any test lasts.
        private func launch() async throws -> (launcher: Child, clients: [pid_t]) {
            let launcher = try Child(
                .signalbox,
                "launch",
                "localhost",
                "0",
                "--headless",
                "--items",
                "100",
                "--interval",
                "1000",
                "--pause",
                "1000"
            )
            let clients = try await Waiting.until("four clients", instead: launcher.story) {
                let clients = Processes.children(of: launcher.pid)
                    .filter { Processes.name(of: $0) == "signalbox-devic" }
                // Each has said something, so each has asked to end with its launcher.
                let speaking = clients.filter { launcher.text.contains("[\($0)] ") }
                return speaking.count == 4 ? speaking : nil
            }
            return (launcher, clients)
        }

        private func waitUntilGone(_ clients: [pid_t]) async throws {
            _ = try await Waiting.until("the end of all clients") {
                // What has ended and been left by its parent, init reaps when it likes.
                clients.allSatisfy { [nil, "Z"].contains(Processes.state(of: $0)) } ? true : nil
            }
        }

        @Test("a launcher that is asked to end stops its clients and tells their statistics")
        func terminate() async throws {
            let (launcher, clients) = try await launch()

            launcher.send(SIGTERM)
            let end = try await launcher.waitForEnd()

            #expect(end == .exited(0))
            for client in clients { #expect(kill(client, 0) == -1 && errno == ESRCH) }
            for name in ["P1", "P2", "C1", "C2"] {
                #expect(launcher.text.contains(" \(name): "), "\(launcher.text)")
            }
        }

        @Test("a launcher that is killed leaves no client behind")
        func killed() async throws {
            let (launcher, clients) = try await launch()

            launcher.send(SIGKILL)
            _ = try await launcher.waitForEnd()

            try await waitUntilGone(clients)
        }
    }
}
