import Foundation
import Glibc
import Testing

extension HeadlessTests {
    @Suite("A pipe for standard output that is full")
    struct FullPipeTests {
        private let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString)"
        /// Our end of it: one page, in which a whole line fits and two do not.
        private let reader: Int32

        init() throws {
            try #require(mkfifo(path, 0o600) == 0)
            reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            // F_SETPIPE_SZ, which is not visible here.
            try #require(fcntl(reader, 1031, 4096) == 4096)
        }

        /// Leaves no room for a single byte more.
        private func fill() throws {
            let writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            defer { close(writer) }
            let page = [UInt8](repeating: 0x20, count: 4096)
            try #require(write(writer, page, page.count) == page.count)
            try #require(write(writer, page, 1) == -1 && errno == EAGAIN)
        }

        @Test("does not hold the end where nothing was to be written when the signal came")
        func idle() async throws {
            defer {
                close(reader)
                unlink(path)
            }
            // Without threads there is no event before the end's own.
            let server = try Child(
                "/bin/sh",
                [
                    "-c",
                    "exec \"$0\" serve 127.0.0.1 0 --headless --producers 0 --consumers 0 >$1",
                    BuiltProgram.signalbox.path, path,
                ]
            )
            var line = [UInt8](repeating: 0, count: 4096)
            try await Waiting.until("the first line", instead: server.story) {
                read(reader, &line, line.count) > 0 ? () : nil
            }

            try fill()
            server.send(SIGTERM)

            // It takes some 0.6 s; a loaded machine may need longer.
            #expect(try await server.waitForEnd(within: .seconds(20)) == .exited(0))
        }
    }
}
