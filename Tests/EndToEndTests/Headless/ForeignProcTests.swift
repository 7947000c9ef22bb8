import Foundation
import Testing

extension HeadlessTests {
    /// As in a pid namespace without a `/proc` of its own, where it may hold others by chance. See
    /// pid_namespaces(7).
    @Suite("A server whose threads are not in /proc")
    struct ForeignProcTests {
        /// What runs a program where `/proc` is this folder, and holds nothing but the program itself,
        /// for the arguments are read there.
        private static func words(_ folder: ScratchFolder) -> [String] {
            let script = "mount --bind /proc/$$ $0/self && mount --rbind $0 /proc && exec \"$@\""
            return ["--mount", "sh", "-c", script, folder.path]
        }

        /// Whether this user may do so.
        static let isAllowed: Bool = {
            guard let unshare = Tool.unshare.path else { return false }
            let process = Process()
            process.executableURL = URL(filePath: unshare)
            process.arguments = ["--mount", "true"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }()

        @Test(
            "ends without libdispatch, which traps where it looks for its threads in vain",
            .enabled(if: isAllowed, "needs mount namespaces, which are not allowed here")
        )
        func ends() async throws {
            let folder = try ScratchFolder()
            let proc = try ScratchFolder()
            try #require(mkdir("\(proc.path)/self", 0o700) == 0)
            let path = "\(folder.path)/pipe"
            // Nobody reads the recording: the end waits 2 s for that, and its threads can be seen.
            let reader = try Self.pipe(path)
            defer { close(reader) }
            let server = try await HeadlessServer(
                "--rate max --reply done --log-format none --record \(path)",
                through: [try Tool.unshare.required()] + Self.words(proc)
            )

            let sender = try Sender(to: server.port)
            for number in 1...50 { _ = try await sender.deliver("\(number):1") }
            server.child.send(SIGTERM)
            var names: Set<String> = []
            try await Waiting.until("the end") {
                let threads = Processes.sleeps(of: server.child.pid).keys
                names.formUnion(threads.map { Processes.name(of: $0) })
                return server.child.ended.map { _ in () }
            }
            let summary = try await server.summary()

            #expect(names.contains("sb-recorder"), "\(names)")
            #expect(!names.contains { $0.contains("-qos") }, "\(names)")
            #expect(summary.end == .exited(0))
            #expect(summary.line("Jobs:").hasPrefix("Jobs: 50 done, 0 not run"))
            #expect(summary.text.contains("The recording is incomplete"))
        }

        /// A pipe of one page with a name.
        private static func pipe(_ path: String) throws -> Int32 {
            try #require(mkfifo(path, 0o600) == 0)
            let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            // F_SETPIPE_SZ, which is not visible here.
            try #require(fcntl(reader, 1031, 4096) == 4096)
            return reader
        }
    }
}
