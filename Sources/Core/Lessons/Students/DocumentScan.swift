/// Looks through a document from strangers before the parser does: what must never get there.
///
/// One pass, no recursion. It need not find what is malformed inside the root element: up to the first
/// such place it reads tags as the parser does, and there the parser stops. What follows the root is
/// looked at here, because XMLCoder gives a root that is complete whatever comes after it.
///
/// Source: W3C, *Extensible Markup Language (XML) 1.0*, 5th ed., §2.4 to §2.8, §3.1.
struct DocumentScan {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var hasRoot = false

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    /// As almost everybody writes it, up to its end.
    private static let usualDeclaration = #"<?xml version="1.0" encoding="UTF-8""#
    private static var declaration: Regex<(Substring, Substring?)> {
        #/
        <\?xml \s+ version \s*=\s* ["']1\.[0-9]+["']
        (?: \s+ encoding \s*=\s* ["'] ([A-Za-z][A-Za-z0-9._\-]*) ["'] )?
        (?: \s+ standalone \s*=\s* ["'](?:yes|no)["'] )? \s*
        /#
    }

    /// Of UTF-16 and UTF-32, in both orders.
    private static let otherMarks: [[UInt8]] = [[0xfe, 0xff], [0xff, 0xfe], [0, 0, 0xfe, 0xff]]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Refuses what the parser must not see.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - longest: How many bytes it may have.
    ///   - deepest: How deep its elements may be nested.
    /// - Returns: The document without its byte order mark.
    /// - Throws: The reason.
    static func check(
        _ bytes: [UInt8],
        longest: Int,
        deepest: Int
    ) throws(StudentDocumentError) -> [UInt8] {
        guard bytes.count <= longest else { throw .tooLong(limit: longest) }
        if otherMarks.contains(where: bytes.starts(with:)) || bytes.contains(0) {
            throw .encoding("UTF-16 or has NUL bytes")
        }
        let document = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        guard !document.allSatisfy(\.isSpace) else { throw .empty }
        guard String(validating: document, as: UTF8.self) != nil else { throw .notUTF8 }
        var scan = DocumentScan(document)
        try scan.checkDeclaration()
        try scan.checkTags(deepest: deepest)
        return document
    }

    /// The parser believes the declaration, so another encoding would let it read other tags.
    ///
    /// Read strictly, so that no two readers can find different encodings in it.
    private func checkDeclaration() throws(StudentDocumentError) {
        guard starts(with: "<?xml"), let end = find("?>", from: 0) else { return }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        guard text != Self.usualDeclaration else { return }
        guard let match = text.wholeMatch(of: Self.declaration) else { throw .malformed }
        guard let encoding = match.1 else { return }
        guard ["utf-8", "utf8", "us-ascii"].contains(encoding.lowercased()) else {
            throw .encoding("in the encoding " + encoding.prefix(20))
        }
    }

    private mutating func checkTags(deepest: Int) throws(StudentDocumentError) {
        while let start = find("<", from: position) {
            try checkText(upTo: start)
            position = start
            if starts(with: "<!--") {
                try skip(past: "-->", from: 4)
            } else if depth > 0, starts(with: "<![CDATA[") {
                try skip(past: "]]>", from: 9)
            } else if starts(with: "<?") {
                try skip(past: "?>", from: 2)
            } else if starts(with: "<!") {
                // Outside a document type nothing else begins so.
                throw .documentType
            } else if starts(with: "</") {
                guard depth > 0 else { throw .malformed }
                _ = passTag()
                depth -= 1
            } else {
                guard depth > 0 || !hasRoot else { throw .malformed }
                hasRoot = true
                guard depth < deepest else { throw .tooDeep(limit: deepest) }
                if !passTag() { depth += 1 }
            }
        }
        try checkText(upTo: bytes.count)
    }

    /// Outside the root element there is no text.
    private func checkText(upTo end: Int) throws(StudentDocumentError) {
        guard depth > 0 || bytes[position..<end].allSatisfy(\.isSpace) else { throw .malformed }
    }

    /// Passes a tag; `>` may occur in its attributes' values.
    ///
    /// - Returns: Whether it is an empty element's.
    private mutating func passTag() -> Bool {
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return bytes[position - 2] == UInt8(ascii: "/")
            }
        }
        return false
    }

    private mutating func skip(
        past end: StaticString,
        from offset: Int
    ) throws(StudentDocumentError) {
        guard let found = find(end, from: position + offset) else { throw .malformed }
        position = found + end.utf8CodeUnitCount
    }

    private func starts(with text: StaticString) -> Bool {
        matches(text, at: position)
    }

    private func find(_ text: StaticString, from start: Int) -> Int? {
        let first = text.utf8Start.pointee
        var rest = bytes.dropFirst(start)
        while let place = rest.firstIndex(of: first) {
            if matches(text, at: place) { return place }
            rest = bytes.dropFirst(place + 1)
        }
        return nil
    }

    private func matches(_ text: StaticString, at place: Int) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { wanted in
            wanted.indices.allSatisfy { bytes[place + $0] == wanted[$0] }
        }
    }
}

extension UInt8 {
    /// XML's white space.
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
}
