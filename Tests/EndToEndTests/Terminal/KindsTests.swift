import Testing

extension TerminalTests {
    @Suite("Kinds of terminals", .serialized)
    struct KindsTests {
        @Test(
            "the dashboard can be read without colour, without Unicode and on old terminals",
            arguments: [
                ["NO_COLOR": "1"], ["TERM": "vt100"], ["TERM": "xterm-mono"], ["LC_ALL": "C"],
                ["TERM": "linux"], ["TERM": "screen"],
            ]
        )
        func kinds(variables: [String: String]) async throws {
            let dashboard = try await LiveDashboard("--consumers 0", changing: variables)

            _ = try await dashboard.sender().deliver("a:5")
            try await dashboard.window.show("the job and all panes") { screen in
                (TerminalTests.titles + ["▸a:5", "Buffer 1/15"]).allSatisfy { screen.contains($0) }
            }
            let coloured = try await dashboard.window.colours()
            try await dashboard.window.press("q")
            let after = try await dashboard.shell()

            let hasColours =
                ["linux", "screen"].contains(variables["TERM"]) || variables["LC_ALL"] != nil
            #expect(coloured == hasColours)
            #expect(after.contains("Jobs: 0 done, 1 not run"))
            // Terminals such as vt100 have no second screen, only a cleared first.
            try await dashboard.window.expectRestored()
        }

        @Test("with --ascii there is nothing but ASCII on the screen")
        func ascii() async throws {
            let dashboard = try await LiveDashboard("--ascii --consumers 0")

            _ = try await dashboard.sender().deliver("größe:5")
            let screen = try await dashboard.window.show("the job and all panes") { screen in
                screen.contains("Buffer 1/15")
                    && TerminalTests.titles.allSatisfy { screen.contains($0.dropFirst()) }
            }

            #expect(screen.unicodeScalars.allSatisfy { $0.isASCII })
            #expect(screen.contains("rate x1.0"))
        }

        @Test(
            "where there can be no screen it says so and goes on with lines",
            arguments: [
                ("dumb", "TERM=dumb cannot show a screen"),
                ("no-such-terminal", "does not know the terminal TERM=no-such-terminal"),
                ("", "TERM does not say which terminal this is"),
            ]
        )
        func noScreen(term: String, reason: String) async throws {
            let window = try await TerminalWindow(width: 120, changing: ["TERM": term])

            try await window.enter("'\(BuiltProgram.signalbox.path)' serve 127.0.0.1 0")
            let screen = try await window.show("P1 waits for a job from a device")
            try await window.press("C-c")
            try await window.show("Jobs: 0 done, 0 not run")
            try await window.showPrompt()

            #expect(screen.contains("no dashboard: "))
            #expect(screen.contains(reason))
            #expect(screen.contains("going on without one"))
            #expect(screen.contains(#/listening on 127\.0\.0\.1 [0-9]+ udp/#))
            #expect(try await window.answer("$?") == "0")
        }
    }
}
