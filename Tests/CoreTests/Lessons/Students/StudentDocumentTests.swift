import Testing

@testable import Core

@Suite("Student documents", .timeLimit(.minutes(5)))
struct StudentDocumentTests {
    static let thandi = Student(
        name: "Thandi Nkosi",
        id: "21047733",
        programme: "Software Engineering",
        courses: [
            .init(name: "OS", mark: Mark(hundredths: 85_43)),
            .init(name: "Networks", mark: Mark(hundredths: 50_00)),
        ]
    )

    static func read(_ text: String) throws(StudentDocumentError) -> Student {
        try StudentDocument.read(Array(text.utf8))
    }

    @Test("our own form is one line with a declaration, and reads back as it was written")
    func ownForm() throws {
        let document = try StudentDocument.write(Self.thandi)

        let text = String(decoding: document, as: UTF8.self)
        #expect(text.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?>"#))
        #expect(
            text.contains(
                "<ITStudent><Name>Thandi Nkosi</Name><StudentID>21047733</StudentID>"
                    + "<Programme>Software Engineering</Programme><Courses>"
                    + #"<Course name="OS" mark="85.43" />"#
            )
        )
        #expect(try StudentDocument.read(document) == Self.thandi)
    }

    @Test("what XML gives a meaning is written so that it reads back as text")
    func escaping() throws {
        var student = Self.thandi
        student.name = #"<A> & & "B" 'C' ]]>"#
        student.courses[0].name = #"<"&'>"#

        let document = try StudentDocument.write(student)

        #expect(try StudentDocument.read(document) == student)
    }

    static let forms = [
        """
        <ITStudent><Name>Thandi Nkosi</Name><StudentID>21047733</StudentID>
        <Programme>Software Engineering</Programme>
        <Courses><Course name="OS" mark="85.43"/><Course name="Networks" mark="50.00"/></Courses>
        </ITStudent>
        """,
        """
        <?xml version="1.0" ?>
        <ITstudent><Name>Thandi Nkosi</Name><StudentID>21047733</StudentID>
        <Programme>Software Engineering</Programme><Courses>
        <Course><CourseName>OS</CourseName><Mark>85.43</Mark></Course>
        <Course><Name>Networks</Name><Mark>50</Mark></Course></Courses></ITstudent>
        """,
        """
        <ITstudent><Name>Thandi Nkosi</Name><StudentID>21047733</StudentID>
        <Programme>Software Engineering</Programme><Courses>
        <Course name="OS">85.43</Course><Course name="Networks">50.0</Course></Courses></ITstudent>
        """,
        """
        <Student><Name>Thandi Nkosi</Name><ID>21047733</ID>
        <Programme>Software Engineering</Programme><Courses>
        <Course><CourseName>OS</CourseName><Mark>85.43</Mark></Course>
        <Course><Name>Networks</Name><Mark>50</Mark></Course></Courses></Student>
        """,
        """
        <student><name>Thandi Nkosi</name><student_id>21047733</student_id>
        <programme>Software Engineering</programme><courses>
        <course><course_name>OS</course_name><mark>85.43</mark></course>
        <course><name>Networks</name><mark>50</mark></course></courses></student>
        """,
        """
        <student><first_name>Thandi</first_name><last_name>Nkosi</last_name><id>21047733</id>
        <programme>Software Engineering</programme><courses>
        <course><code>OS</code><mark>85.43</mark></course>
        <course><code>Networks</code><mark>50</mark></course></courses></student>
        """,
        """
        <ITStudent><StudentID>21047733</StudentID><Name>Thandi Nkosi</Name>
        <Programme>Software Engineering</Programme><Courses>
        <Courses><Title>OS</Title><Mark>85.43</Mark></Courses>
        <Courses><Title>Networks</Title><Mark>50</Mark></Courses></Courses></ITStudent>
        """,
    ]

    @Test("every form that was met reads as the same student", arguments: forms)
    func shapes(text: String) throws {
        #expect(try Self.read(text) == Self.thandi)
    }

    @Test("courses of different names, in one list, are all read")
    func mixedTags() throws {
        let student = try Self.read(
            Self.document(courses: #"<a name="x">1</a><b name="y">2</b><a name="z">3</a>"#)
        )

        #expect(Set(student.courses.map(\.name)) == ["x", "y", "z"])
    }

    @Test("tags may be in any case")
    func anyCase() throws {
        let student = try Self.read(
            "<ITSTUDENT><nAmE>A</nAmE><STUDENTID>1</STUDENTID><PROGRAMME>P</PROGRAMME>"
                + #"<COURSES><COURSE NAME="x" MARK="70"/></COURSES></ITSTUDENT>"#
        )

        #expect(student.name == "A")
        #expect(student.courses == [.init(name: "x", mark: Mark(hundredths: 70_00))])
    }

    @Test(
        "a byte order mark of UTF-8 is passed, and so are comments, CDATA and what we do not know"
    )
    func tolerated() throws {
        let name = "<!-- <a> --><![CDATA[<A> & B]]>"
        let text = Self.document(name: name, more: "<Age>20</Age><?pi > ?>")

        let student = try StudentDocument.read([0xef, 0xbb, 0xbf] + Array(text.utf8))

        #expect(student.name == "<A> & B")
    }

    @Test("a CDATA section may be divided to hold its own end")
    func dividedCDATA() throws {
        let text = Self.document(name: "<![CDATA[a]]]]><![CDATA[>b]]>")

        #expect(try Self.read(text).name == "a]]>b")
    }

    @Test("character references that a screen would obey are gone after reading")
    func controls() throws {
        let name = "A&#x9b;2J&#127;B&#x202e;C&#x2028;&#10;D"

        #expect(try Self.read(Self.document(name: name)).name == "A2JBC D")
    }

    @Test("the average decides, exactly, on the pass mark")
    func average() throws {
        func verdict(_ marks: [String]) throws -> String {
            let courses = marks.map { #"<c name="x" mark="\#($0)"/>"# }.joined()
            let student = try Self.read(Self.document(courses: courses))
            return "\(student.average) \(student.hasPassed ? "PASS" : "FAIL")"
        }

        #expect(try verdict(["49.99", "50.01"]) == "50.00 PASS")
        #expect(try verdict(["49.99", "50.00"]) == "49.99 FAIL")
        #expect(try verdict(["50.0"]) == "50.00 PASS")
        #expect(try verdict(["0", "100"]) == "50.00 PASS")
        #expect(try verdict(["30", "31", "31"]) == "30.66 FAIL")
    }

    /// A whole document with parts to choose.
    static func document(
        name: String = "A",
        courses: String = #"<Course name="x" mark="70"/>"#,
        more: String = ""
    ) -> String {
        "<ITStudent><Name>\(name)</Name><StudentID>1</StudentID><Programme>P</Programme>"
            + "<Courses>\(courses)</Courses>\(more)</ITStudent>"
    }
}
