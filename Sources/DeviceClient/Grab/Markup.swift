/// HTML read for its text alone: enough for a terminal, and total for whatever comes.
///
/// Marks are left out, and the contents of scripts, styles and comments; what stands alone on a page
/// gets lines of its own; the usual character references are resolved.
struct Markup {
    /// The text of the first title.
    private(set) var title: String?
    /// The page's lines, none of them empty.
    private(set) var lines: [String] = []

    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt",
        "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
        "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
    ]
    private static let hidden: Set<String> = ["script", "style", "template", "svg"]
    private static let references: [Substring: Character] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©",
        "hellip": "…", "mdash": "—", "ndash": "–",
    ]
    private static let longestReference = 10

    private var line = ""

    /// - Parameter text: Of any kind.
    /// - Complexity: O(n) for n characters.
    init(_ text: String) {
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            add(rest[..<start])
            rest = skipMark(rest[start...])
        }
        add(rest)
        endLine()
    }

    /// Reads the mark at the beginning, and what it hides; returns what follows.
    private mutating func skipMark(_ text: Substring) -> Substring {
        if text.hasPrefix("<!--") {
            return text.dropFirst(4).firstRange(of: "-->").map { text[$0.upperBound...] } ?? ""
        }
        let inside = text.dropFirst()
        guard let first = inside.first, first.isLetter || "/!?".contains(first) else {
            add("<")
            return inside
        }
        guard let end = inside.firstIndex(of: ">") else { return "" }
        let after = inside[inside.index(after: end)...]
        let isEnd = first == "/"
        let name = inside.dropFirst(isEnd ? 1 : 0)
            .prefix { $0.isLetter || $0.isNumber }.lowercased()
        if Self.blocks.contains(name) { endLine() }
        if !isEnd && Self.hidden.contains(name) { return Self.contents(after, of: name).after }
        guard !isEnd && name == "title" else { return after }
        let (inner, rest) = Self.contents(after, of: name)
        if title == nil { title = Self.resolved(inner) }
        return rest
    }

    /// What is before an element's end, and what is after it; all is before where there is none.
    private static func contents(
        _ text: Substring,
        of name: String
    ) -> (inner: Substring, after: Substring) {
        var rest = text
        while let end = rest.firstRange(of: "</") {
            let after = rest[end.upperBound...]
            if after.prefix(name.count).lowercased() == name {
                let close = after.firstIndex(of: ">").map { after.index(after: $0) }
                return (text[..<end.lowerBound], after[(close ?? after.endIndex)...])
            }
            rest = after
        }
        return (text, "")
    }

    private mutating func add(_ text: Substring) {
        let words = Self.resolved(text).split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else {
            if !text.isEmpty, !line.isEmpty, line.last != " " { line += " " }
            return
        }
        if text.first?.isWhitespace == true, !line.isEmpty, line.last != " " { line += " " }
        line += words.joined(separator: " ")
        if text.last?.isWhitespace == true { line += " " }
    }

    private mutating func endLine() {
        while line.last == " " { line.removeLast() }
        if !line.isEmpty { lines.append(line) }
        line = ""
    }

    /// The text with its character references resolved; what is none stays as it is.
    private static func resolved(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            let after = rest[rest.index(after: start)...]
            let name = after.prefix(longestReference).prefix { $0 != ";" }
            let end = name.endIndex
            if end < after.endIndex, after[end] == ";", let character = character(named: name) {
                result.append(character)
                rest = after[after.index(after: end)...]
            } else {
                result += "&"
                rest = after
            }
        }
        return result + rest
    }

    private static func character(named name: Substring) -> Character? {
        guard name.hasPrefix("#") else { return references[name] }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init).map(Character.init)
    }
}
