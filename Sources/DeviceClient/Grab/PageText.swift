import Core

/// A page's bytes as lines that are safe to show: whatever is in them moves no cursor.
enum PageText {
    /// A line of a page is shown up to here.
    private static let longestLine = 1000
    private static let shownFields = [
        "Content-Type", "Content-Length", "Transfer-Encoding", "Location", "Last-Modified",
        "Server",
    ]

    /// The status line, then the fields that say something about the page.
    static func head(_ page: Page) -> [String] {
        let status = safe("\(page.version) \(page.status) \(page.reason)")
        let fields = page.fields.compactMap { field in
            shownFields.first { $0.lowercased() == field.name.lowercased() }
                .map { "\($0): \(safe(field.value))" }
        }
        return [status] + fields
    }

    /// What stands in the window's title; `nil` when the page has none.
    static func title(_ page: Page) -> String? {
        guard isHTML(page), let title = Markup(text(page)).title else { return nil }
        let clean = safe(title.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        return clean.isEmpty ? nil : clean
    }

    /// The body as a reader sees it: without marks where it is HTML, else line by line.
    static func body(_ page: Page) -> [String] {
        if isHTML(page) { return Markup(text(page)).lines.map(safe) }
        guard isText(page) else { return ["(\(page.body.count) bytes that are no text)"] }
        return rawBody(page)
    }

    /// The body line by line as it came.
    static func rawBody(_ page: Page) -> [String] {
        var text = text(page)
        text.replace("\r\n", with: "\n")
        if text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map {
            safe(String($0))
        }
    }

    /// One line, without what does not belong on a screen.
    static func safe(_ text: String) -> String {
        let clean = Sanitizer.sanitize(text.replacing("\t", with: "    "))
        return clean.count > longestLine ? clean.prefix(longestLine) + "…" : clean
    }

    private static func text(_ page: Page) -> String {
        String(decoding: page.body, as: UTF8.self)
    }

    private static func isHTML(_ page: Page) -> Bool {
        let type = page.value(of: "Content-Type")?.lowercased() ?? ""
        return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml+xml")
    }

    private static func isText(_ page: Page) -> Bool {
        guard let type = page.value(of: "Content-Type")?.lowercased() else { return true }
        return type.hasPrefix("text/") || type.contains("json") || type.contains("xml")
    }
}
