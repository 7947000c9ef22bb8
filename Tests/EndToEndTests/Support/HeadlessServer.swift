import Testing

/// `signalbox serve … --headless`, listening.
struct HeadlessServer {
    let child: Child
    let port: UInt16
    /// The ports beside it, in the order of the options.
    let furtherPorts: [UInt16]

    /// Starts it and waits for its first line.
    ///
    /// - Parameters:
    ///   - options: Of the program.
    ///   - address: Where it listens.
    ///   - port: On which port; 0 for any.
    ///   - limit: What the shell does before, such as `ulimit -n 80`.
    ///   - prefix: A program that runs it, and its arguments.
    /// - Throws: When it does not begin to listen.
    init(
        _ options: String,
        on address: String = "127.0.0.1",
        port: UInt16 = 0,
        after limit: String = ":",
        through prefix: [String] = []
    ) async throws {
        let server = [BuiltProgram.signalbox.path, "serve", address, "\(port)", "--headless"]
        let command = prefix + server
        child = try Child(
            "/bin/sh",
            ["-c", "\(limit); exec \"$@\"", "sh"] + command
                + options.split(separator: " ").map(String.init)
        )
        let text = try await child.waitForOutput("\n")
        let line = try #require(text.split(separator: "\n").first)
        let match = try #require(line.wholeMatch(of: #/listening on (\S+) ([0-9]+) udp tcp(.*)/#))
        #expect(match.1 == address)
        self.port = try #require(UInt16(match.2))
        furtherPorts = match.3.matches(of: #/also ([0-9]+)/#).compactMap { UInt16($0.1) }
    }

    /// The lines from the first device's on, once it has ended.
    func summary(within limit: Duration = Waiting.limit) async throws -> Summary {
        let end = try await child.waitForEnd(within: limit)
        return Summary(text: child.text, end: end)
    }

    /// Asks it to end and reads what it leaves.
    func terminate() async throws -> Summary {
        child.send(15)
        return try await summary()
    }

    /// Asks it to end once every job in its buffer has been executed: a reply says only that a job has
    /// got there.
    ///
    /// - Parameter token: What the server asks for, if it does.
    /// - Returns: What it leaves.
    /// - Throws: Where jobs stay, or it does not end.
    func terminateWhenDone(token: String = "none") async throws -> Summary {
        let request = "GET /status HTTP/1.0\r\nAuthorization: Bearer \(token)\r\n\r\n"
        var page = ""
        try await Waiting.until("the execution of all jobs", instead: { page }) {
            let client = try StreamClient(to: port)
            try await client.send(request)
            page = try await client.waitForEnd()
            let counts = page.firstMatch(of: #/"produced":([0-9]+),"consumed":([0-9]+)/#)
            return counts.map { $0.1 == $0.2 } == true ? () : nil
        }
        return try await terminate()
    }

    struct Summary {
        let text: String
        let end: Child.End

        var lines: [Substring] { text.split(separator: "\n") }

        /// Such as `["Device 3 consumed 12 seconds of CPU time"]`.
        var devices: [String] {
            lines.filter { $0.contains(#/^Device .* consumed .* seconds of CPU time$/#) }
                .map(String.init)
        }

        func line(_ start: String) -> String {
            lines.last { $0.hasPrefix(start) }.map(String.init) ?? ""
        }
    }
}
