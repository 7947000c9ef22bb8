import Testing

@testable import Core

/// What strangers may send in place of a student; each is refused with its reason.
@Suite("Hostile student documents", .timeLimit(.minutes(5)))
struct HostileDocumentTests {
    private static func refusal(_ bytes: [UInt8]) -> StudentDocumentError? {
        do throws(StudentDocumentError) {
            _ = try StudentDocument.read(bytes)
            return nil
        } catch {
            return error
        }
    }

    private static func refusal(_ text: String) -> StudentDocumentError? {
        refusal(Array(text.utf8))
    }

    private static func document(name: String = "A", courses: String) -> String {
        StudentDocumentTests.document(name: name, courses: courses)
    }

    private static let laughs = """
        <?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
        <ITStudent><Name>&d;</Name></ITStudent>
        """

    @Test(
        "a document type is refused before the parser sees it",
        arguments: [
            laughs,
            #"<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><ITStudent>&x;</ITStudent>"#,
            #"<!DOCTYPE s [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><ITStudent>&x;</ITStudent>"#,
            "<!-- --><!DOCTYPE s><ITStudent/>", "<!doctype s><ITStudent/>", "<!ENTITY x 'y'>",
        ]
    )
    func documentTypes(text: String) {
        #expect(Self.refusal(text) == .documentType)
    }

    @Test("a DOCTYPE in a comment or in CDATA is text")
    func documentTypeAsText() throws {
        let student = try StudentDocumentTests.read(
            StudentDocumentTests.document(name: "<!--<!DOCTYPE x>--><![CDATA[<!DOCTYPE y>]]>")
        )

        #expect(student.name == "<!DOCTYPE y>")
    }

    @Test("a comment does not end in its own beginning, where a DOCTYPE could hide from one reader")
    func commentBeginning() {
        #expect(Self.refusal("<!--> --><!DOCTYPE s><a/>") == .documentType)
        #expect(Self.refusal("<?> ?><!DOCTYPE s><a/>") == .documentType)
    }

    @Test("elements may be nested 16 deep, and not 17, nor 5000")
    func depth() {
        func nested(_ depth: Int) -> String {
            let inner = depth - 1
            return "<ITStudent>" + String(repeating: "<a>", count: inner)
                + String(repeating: "</a>", count: inner) + "</ITStudent>"
        }

        #expect(Self.refusal(nested(16)) == .missing("name"))
        #expect(Self.refusal(nested(17)) == .tooDeep(limit: 16))
        #expect(Self.refusal(nested(5000)) == .tooDeep(limit: 16))
        let quoted = String(repeating: #"<a b=">">"#, count: 17)
        #expect(Self.refusal(quoted) == .tooDeep(limit: 16))
        #expect(Self.refusal(String(repeating: "<a b='/>'>", count: 17)) == .tooDeep(limit: 16))
    }

    @Test("10 000 courses are too long, and 101 too many")
    func courses() {
        let course = #"<c name="x">1</c>"#

        #expect(
            Self.refusal(Self.document(courses: String(repeating: course, count: 10_000)))
                == .tooLong(limit: 65_536)
        )
        #expect(
            Self.refusal(Self.document(courses: String(repeating: course, count: 101)))
                == .tooManyCourses(101, limit: 100)
        )
        #expect(Self.refusal(Self.document(courses: "")) == .noCourses)
    }

    @Test(
        "a mark that is no number from 0 to 100 is refused",
        arguments: [
            "NaN", "-1", "101", "100.01", "inf", "1e1", "0x10", "+5", "5,0", "٣", "fifty", "5 0",
            "99999999999999999999", ".5", "5.", "0.0000001",
        ]
    )
    func marks(text: String) {
        for course in [
            #"<c name="x" mark="\#(text)"/>"#, #"<c name="x"><mark>\#(text)</mark></c>"#,
            #"<c name="x">\#(text)</c>"#,
        ] {
            #expect(Self.refusal(Self.document(courses: course)) == .mark(course: 1, text))
        }
    }

    @Test(
        "an empty mark is refused",
        arguments: [
            #"<c name="x" mark=""/>"#, #"<c name="x" mark=" "/>"#, #"<c name="x"><mark/></c>"#,
            #"<c name="x"><mark> </mark></c>"#,
        ]
    )
    func emptyMarks(course: String) {
        #expect(
            Self.refusal(Self.document(courses: course)) == .emptyField("mark of course 1")
        )
    }

    @Test(
        "two lists of courses, two names, two ids, two marks are refused: nobody knows which counts"
    )
    func twice() {
        let list = #"<Courses><c name="x" mark="70"/></Courses>"#
        let end = "<Programme>P</Programme>\(list)</s>"

        #expect(
            Self.refusal("<s><Name>A</Name><ID>1</ID><Programme>P</Programme>\(list)\(list)</s>")
                == .twice("list of courses")
        )
        #expect(
            Self.refusal("<s><Name>A</Name><ID>1</ID><Programme>P</Programme>\(list)<courses/></s>")
                == .twice("list of courses")
        )
        #expect(Self.refusal("<s><Name>A</Name><name>B</name><ID>1</ID>\(end)") == .twice("name"))
        #expect(
            Self.refusal("<s><Name>A</Name><ID>1</ID><StudentID>2</StudentID>\(end)")
                == .twice("id")
        )
        let both = #"<c name="x" mark="1"><mark>100</mark></c>"#
        #expect(Self.refusal(Self.document(courses: both)) == .twice("mark of course 1"))
    }

    @Test("what is missing is named")
    func missing() {
        #expect(Self.refusal("<html><body/></html>") == .missing("name"))
        #expect(Self.refusal("<s><first_name>A</first_name></s>") == .missing("last name"))
        #expect(Self.refusal("<s><name>A</name></s>") == .missing("id"))
        #expect(Self.refusal("<s><name>A</name><id>1</id></s>") == .missing("programme"))
        #expect(
            Self.refusal("<s><name>A</name><id>1</id><programme>P</programme></s>") == .noCourses
        )
        #expect(
            Self.refusal(Self.document(courses: "<c>70</c>")) == .missing("name of course 1")
        )
        #expect(
            Self.refusal(Self.document(courses: "<c/>")) == .missing("name of course 1")
        )
        #expect(
            Self.refusal(Self.document(courses: #"<c name="x"/>"#)) == .missing("mark of course 1")
        )
    }

    @Test("other encodings are refused, by their first bytes and by their declaration")
    func encodings() {
        let utf16: [UInt8] = "<a/>".utf8.flatMap { [$0, UInt8(0)] }
        let mark = StudentDocumentError.encoding("UTF-16 or has NUL bytes")

        #expect(Self.refusal([0xff, 0xfe] + utf16) == mark)
        #expect(Self.refusal([0xfe, 0xff] + utf16.reversed()) == mark)
        #expect(Self.refusal(utf16) == mark)
        #expect(Self.refusal([0xff, 0xfe, 0, 0]) == mark)
        #expect(Self.refusal(Array("<a>".utf8) + [0xc0, 0x80]) == .notUTF8)
        #expect(
            Self.refusal(#"<?xml version="1.0" encoding="UTF-7"?>+ADwhDOCTYPE a+AD4-<a/>"#)
                == .encoding("in the encoding UTF-7")
        )
        #expect(
            Self.refusal(#"<?xml version="1.0" encoding='utf-16'?><a/>"#)
                == .encoding("in the encoding utf-16")
        )
        #expect(
            Self.refusal(#"<?xml version="encoding='UTF-8'" encoding="UTF-7"?><a/>"#)
                == .malformed
        )
    }

    @Test("a cleared file says that it was cleared", arguments: ["", " ", "\n\n\t\r\n"])
    func cleared(text: String) {
        #expect(Self.refusal(text) == .empty)
    }

    @Test(
        "what is not well-formed is refused, also after the root element",
        arguments: [
            "<a>\n<b></a>", "<a>]]></a>", "<a>&#27;</a>", "<a>\u{1b}</a>", "<a>&x;</a>", "a",
            "<a b=1/>", "<a>\n\n</a", "<a>&#0;</a>", "<a>&#xd800;</a>", "<", "<a", "<a><!-",
            "<a/><b/>",
            "<a/>b", "a<b/>", "<a/></a>", "<a/><!--", "<a/>]]>", "<![CDATA[<a/>]]>", "<?", "<!--",
            "<a b='1' b='2'/>", "<a/>&amp;",
        ]
    )
    func malformed(text: String) {
        let document = StudentDocumentTests.document()

        let refusals = [Self.refusal(text), Self.refusal(document + text)]

        #expect(refusals.allSatisfy { $0 == .malformed || $0 == .documentType })
    }

    @Test("a name of 1 MiB is too long, and so is one of 65 bytes")
    func names() {
        func named(_ length: Int) -> String {
            StudentDocumentTests.document(name: String(repeating: "a", count: length))
        }

        #expect(Self.refusal(named(1 << 20)) == .tooLong(limit: 65_536))
        #expect(Self.refusal(named(65)) == .fieldTooLong("name", limit: 64))
        #expect(Self.refusal(named(64)) == nil)
        #expect(Self.refusal(named(0)) == .emptyField("name"))
        #expect(
            Self.refusal(StudentDocumentTests.document(name: "&#x202e;")) == .emptyField("name")
        )
    }

    @Test("text in several pieces is refused, because a part of it would be lost")
    func pieces() {
        for name in ["a<![CDATA[b]]>c", "<![CDATA[b]]><i/><![CDATA[c]]>", "a<i/>b"] {
            #expect(Self.refusal(StudentDocumentTests.document(name: name)) == .mixed("name"))
        }
    }

    @Test("no change of a few bytes stops the program, and every student that is read is one")
    func mutations() throws {
        for (number, text) in StudentDocumentTests.forms.enumerated() {
            for seed in 1...150 {
                var random = RandomNumbers(seed: UInt64(number * 1000 + seed))
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    let pieces = ["<", ">", "&", "\"", "]]>", "<![CDATA[", "<!--", "/>", "\u{0}"]
                    let piece = Array((pieces.randomElement(using: &random) ?? "").utf8)
                    let end = min(bytes.count, place + Int.random(in: 0...3, using: &random))
                    bytes.replaceSubrange(place..<end, with: piece)
                }

                guard let student = try? StudentDocument.read(bytes) else { continue }
                let isOne = !student.name.isEmpty && Mark.range.contains(student.average)
                #expect(isOne, "shape \(number), seed \(seed)")
            }
        }
    }
}
