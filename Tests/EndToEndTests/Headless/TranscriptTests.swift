import Foundation
import Testing

extension HeadlessTests {
    /// With `SIGNALBOX_WRITE_GOLDENS=1` the document is written anew instead; then read the diff.
    @Suite("The transcripts of Docs/protocol.md")
    struct TranscriptTests {
        private static let root = URL(filePath: #filePath)
            .deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()

        @Test(
            "netcat, curl, rpcinfo and the document's own Python clients get what it says",
            .needs(.python3),
            .needs(.nc)
        )
        func replayed() async throws {
            let script = Self.root.appending(path: "script/lib/check-transcripts").path
            let programs = URL(filePath: BuiltProgram.signalbox.path).deletingLastPathComponent()
            let writes = Child.environment["SIGNALBOX_WRITE_GOLDENS"] == "1"

            let replay = try Child(
                Tool.python3.required(),
                [script, programs.path] + (writes ? ["--write"] : [])
            )
            let end = try await replay.waitForEnd(within: .seconds(180))

            #expect(end == .exited(0), "\(replay.text)\(replay.errorText)")
        }
    }
}
