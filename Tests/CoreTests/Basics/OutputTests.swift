import Core
import Glibc
import Testing

@Suite("Output to a reader who reads nothing", .timeLimit(.minutes(5)))
struct OutputTests {
    private static let much = String(repeating: "x", count: 1 << 20)

    private func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        try SystemError.check("pipe") { Glibc.pipe(&ends) }
        return (ends[0], ends[1])
    }

    @Test("is given up after the patience")
    func patience() throws {
        let (read, write) = try pipe()
        defer {
            close(read)
            close(write)
        }

        let output = Output(descriptor: write, patience: .milliseconds(1))

        #expect(!output.write(Self.much))
    }

    @Test("has no end of patience until something is more important")
    func interruption() throws {
        let (read, write) = try pipe()
        let (signalled, signal) = try pipe()
        defer { for end in [read, write, signalled, signal] { close(end) } }
        let output = Output(
            descriptor: write,
            interruption: signalled,
            patience: .milliseconds(1)
        )
        let ended = Guarded(false)
        let writer = SystemThread(name: "writer") {
            _ = output.write(Self.much)
            ended.withLock { $0 = true }
        }

        #expect(!ended.withLock { $0 })
        _ = Glibc.write(signal, "!", 1)
        writer.join()

        #expect(ended.withLock { $0 })
    }
}
