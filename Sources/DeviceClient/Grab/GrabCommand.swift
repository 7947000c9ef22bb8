import ArgumentParser
import Core
import Glibc

/// `signalbox-device grab`: shows pages, and every step on the way to them.
struct GrabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grab",
        abstract: "Get pages over http or https, and show each step: dissect, connect, GET, page.",
        discussion: """
            Without a URL it asks for one after another, until q or the end of the input. Exit code \
            1 when a page could not be got.
            """
    )

    @Argument(help: "Where the pages are, such as http://localhost:8000/.")
    var urls: [String] = []

    @Flag(help: "Show the body as it came, line by line, not only its text.")
    var raw = false

    @Option(name: .customLong("max-lines"), help: "Show at most so many lines of a body.")
    var maxLines = 40

    @Option(help: "How many seconds one page may take, with its redirects.")
    var timeout = "10"

    @Option(
        name: [.customLong("tls-ca"), .customLong("ca")],
        help: "Trust also the certificates in this PEM file."
    )
    var ca: String?

    func validate() throws {
        try RunCommand.check("--max-lines", maxLines, 0...1_000_000)
        _ = try RunCommand.limit("--timeout", timeout)
        for url in urls { _ = try Self.address(url) }
    }

    func run() throws {
        let fetcher = try fetcher()
        var failed = false
        for url in urls {
            let address = try Self.address(url)
            failed = !show(address, fetcher) || failed
        }
        if urls.isEmpty { failed = !ask(fetcher) }
        if failed { throw ExitCode(1) }
    }

    /// The dissected URL, or the sentence about what is wrong with it.
    static func address(_ url: String) throws -> WebAddress {
        do throws(GrabError) {
            return try WebAddress(url)
        } catch {
            throw ValidationError("'\(Sanitizer.sanitize(url))': \(error)")
        }
    }

    private func fetcher() throws -> PageFetcher {
        let limit = try RunCommand.limit("--timeout", timeout)
        do throws(GrabError) {
            return try PageFetcher(timeout: limit, authority: ca)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Reads URLs from the user and shows their pages; returns whether all could be got.
    private func ask(_ fetcher: PageFetcher) -> Bool {
        var allShown = true
        while true {
            if isatty(STDIN_FILENO) == 1 { Output.standard.write("URL (q quits): ") }
            guard let line = readLine() else { return allShown }
            let text = PageText.safe(line)
            if ["q", "quit", "exit"].contains(text) { return allShown }
            if text.isEmpty { continue }
            do throws(GrabError) {
                allShown = show(try WebAddress(line), fetcher) && allShown
            } catch {
                Output.error.write("Error: \(error)\n")
                allShown = false
            }
        }
    }

    /// Gets a page and shows it; returns whether it could be got.
    private func show(_ address: WebAddress, _ fetcher: PageFetcher) -> Bool {
        do throws(GrabError) {
            let page = try fetcher.fetch(address) { step in
                for line in Self.lines(step) { Output.standard.write(line + "\n") }
            }
            for line in bodyLines(page) { Output.standard.write(line + "\n") }
            return true
        } catch {
            Output.error.write("Error: \(address): \(error)\n")
            return false
        }
    }

    /// What is shown of a step; the first word says which it is.
    static func lines(_ step: PageFetcher.Step) -> [String] {
        switch step {
        case .dissected(let address):
            return [
                "dissect  \(address)",
                "         scheme \(address.scheme.rawValue), host \(address.host),"
                    + " port \(address.port), path \(address.path)",
            ]
        case .connected(let peer): return ["connect  \(peer)"]
        case .asked(let line): return ["ask      \(line)"]
        case .answered(let page):
            let words = ["answer"] + Array(repeating: "", count: 100)
            return zip(words, PageText.head(page)).map { word, line in
                word + String(repeating: " ", count: 9 - word.count) + line
            }
        }
    }

    /// The title, an empty line, and the body as far as it is to be shown.
    func bodyLines(_ page: Page) -> [String] {
        let all = raw ? PageText.rawBody(page) : PageText.body(page)
        var lines = PageText.title(page).map { ["title    \($0)"] } ?? []
        lines += all.isEmpty ? ["(an empty page)"] : [""] + all.prefix(maxLines)
        if all.count > maxLines {
            lines.append("… \(all.count - maxLines) more lines (--max-lines)")
        }
        if let cut = page.cut { lines.append("… \(cut)") }
        return lines
    }
}
