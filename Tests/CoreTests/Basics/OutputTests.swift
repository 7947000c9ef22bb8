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

    @Test("is not given up while a slow reader still takes some of what waits")
    func slow() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        var room: Int32 = 16_384
        setsockopt(writing, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        let piece = [UInt8](repeating: 0x20, count: 4096)
        while send(writing, piece, piece.count, Int32(MSG_DONTWAIT)) > 0 {}
        let isWritten = Guarded(false)
        let output = Output(descriptor: writing, patience: .seconds(2))
        let reader = SystemThread(name: "reader") {
            var piece = [UInt8](repeating: 0, count: 4096)
            repeat {
                // There is room again when six pieces have been read, which takes more than 2 s.
                if !isWritten.withLock({ $0 }) { Parker().park(atMost: .milliseconds(500)) }
            } while read(reading, &piece, piece.count) > 0
        }

        let isWhole = output.write("x")
        isWritten.withLock { $0 = true }
        close(writing)
        reader.join()

        #expect(isWhole)
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
