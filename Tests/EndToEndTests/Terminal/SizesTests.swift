import Testing

extension TerminalTests {
    @Suite("Sizes", .serialized)
    struct SizesTests {
        @Test("the dashboard can be read at every size that the window is given")
        func resizes() async throws {
            let dashboard = try await LiveDashboard("--consumers 0")
            let window = dashboard.window
            for job in ["a:1", "b:2", "c:3"] { _ = try await dashboard.sender().deliver(job) }
            try await window.show("Buffer 3/15")

            for (width, height, parts) in Self.sizes {
                try await window.resize(width: width, height: height)
                try await window.show("a screen of \(width)×\(height) with \(parts)") { text in
                    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                    return lines.count >= height && lines[0].count == width - 1
                        && parts.allSatisfy { text.contains($0) }
                }
            }
        }

        private static let whole =
            titles + [
                "signalbox", "127.0.0.1:", "Buffer 3/15", "▸a:1 b:2 c:3", "inserted job 3",
                "q quit",
            ]
        private static let sizes = [
            (
                40, 12,
                [
                    "signalbox", "RUNNING", "Buffer 3/15", "empty 12", "full 3", "mutex 1",
                    "Devices", "Threads", "Log", "space pause", "q quit",
                ]
            ),
            (200, 60, whole + ["Program: correct", "wait(empty)"]),
            (20, 5, ["RUNNING", "Buffer 3/15", "empty 12"]),
            (30, 8, ["signalbox", "RUNNING", "Buffer 3/15", "empty 12"]),
            (1, 1, []),
            (300, 100, whole),
            (80, 24, whole),
        ]

        @Test(
            "a program that starts in a small window can be read",
            arguments: [(20, 5), (40, 12)]
        )
        func startsSmall(width: Int, height: Int) async throws {
            let window = try await TerminalWindow(width: width, height: height)

            try await window.enter(
                "'\(BuiltProgram.signalbox.path)' serve 127.0.0.1 0 --consumers 0"
            )
            try await window.show("empty", "Buffer 0/15", "RUNNING")
            try await window.press("q")
            try await window.showPrompt()
        }
    }
}
