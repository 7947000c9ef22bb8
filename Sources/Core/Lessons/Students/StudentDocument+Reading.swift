/// A document as the decoder found it, before anybody asks whether it is a student.
///
/// Decoding itself refuses nothing: an error thrown inside may be caught by the decoder, which then
/// tries other ways to read the element.
struct ReadStudent: Decodable {
    private let fields: Fields
    private let courses: [Fields]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TagName.self)
        fields = try Fields(container, except: "courses")
        let lists = container.distinctKeys.filter { $0.name == "courses" }
        courses = try lists.flatMap { try container.decode(CourseList.self, forKey: $0).courses }
    }

    /// The student, if the document is complete and says nothing twice.
    func student() throws(StudentDocumentError) -> Student {
        let name: String
        if fields.has(["name"]) {
            name = try fields.text("name", ["name"])
        } else {
            let first = try fields.text("name", ["first_name"])
            name = try first + " " + fields.text("last name", ["last_name"])
        }
        return Student(
            name: name,
            id: try fields.text("id", ["id", "studentid", "student_id"]),
            programme: try fields.text("programme", ["programme"]),
            courses: try readCourses()
        )
    }

    private func readCourses() throws(StudentDocumentError) -> [Student.Course] {
        guard fields.count(["courses"]) < 2 else { throw .twice("list of courses") }
        guard !courses.isEmpty else { throw .noCourses }
        guard courses.count <= StudentDocument.mostCourses else {
            throw .tooManyCourses(courses.count, limit: StudentDocument.mostCourses)
        }
        var result: [Student.Course] = []
        for (index, fields) in courses.enumerated() {
            result.append(try Self.course(fields, number: index + 1))
        }
        return result
    }

    private static func course(
        _ fields: Fields,
        number: Int
    ) throws(StudentDocumentError) -> Student.Course {
        let names: Set = ["name", "coursename", "course_name", "title", "code"]
        let name = try fields.text("name of course \(number)", names)
        let isTagged = fields.has(["mark"])
        let what = "mark of course \(number)"
        let text = try fields.text(what, isTagged ? ["mark"] : TagName.textNames)
        guard let mark = Mark(text) else { throw .mark(course: number, text) }
        return Student.Course(name: name, mark: mark)
    }
}

/// Every child element of `courses`, whatever it is called.
private struct CourseList: Decodable {
    let courses: [Fields]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TagName.self)
        courses = try container.distinctKeys.filter { !$0.isText }.flatMap {
            try container.decode([Fields].self, forKey: $0)
        }
    }
}

/// The attributes, child elements and text of one element, as texts.
private struct Fields: Decodable {
    private var texts: [(name: String, text: Text)] = []

    init(from decoder: any Decoder) throws {
        self = try Fields(try decoder.container(keyedBy: TagName.self))
    }

    /// - Parameters:
    ///   - container: The element's.
    ///   - list: A child that is counted and not read.
    /// - Throws: What the decoder throws.
    init(_ container: KeyedDecodingContainer<TagName>, except list: String? = nil) throws {
        // What is there twice is among all keys twice.
        for key in container.allKeys {
            let text =
                if key.name == list { Text() } else if key.isText {
                    Text(text: try container.decode(String.self, forKey: key))
                } else {
                    try container.decode(Text.self, forKey: key)
                }
            texts.append((key.name, text))
        }
    }

    func count(_ names: Set<String>) -> Int { texts.count { names.contains($0.name) } }

    func has(_ names: Set<String>) -> Bool { count(names) > 0 }

    /// The one text under one of these names, sanitised now that character references are resolved.
    ///
    /// - Parameters:
    ///   - field: What people call it.
    ///   - names: Of tags, in small letters.
    /// - Returns: The text, which is not empty.
    /// - Throws: When it is missing, empty, too long, or there twice.
    func text(_ field: String, _ names: Set<String>) throws(StudentDocumentError) -> String {
        let found = texts.filter { names.contains($0.name) }
        guard let first = found.first else { throw .missing(field) }
        if found.count > 1 {
            throw names == TagName.textNames ? .mixed(field) : .twice(field)
        }
        guard first.text.pieces < 2 else { throw .mixed(field) }
        let words = first.text.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let text = Sanitizer.sanitize(words)
        guard !text.isEmpty else { throw .emptyField(field) }
        let limit = StudentDocument.longestField
        guard text.utf8.count <= limit else { throw .fieldTooLong(field, limit: limit) }
        return text
    }
}

/// The text of an attribute, or of an element without those in it.
private struct Text: Decodable {
    var text = ""
    /// The decoder keeps apart what elements and CDATA sections divide, and would give the first.
    var pieces = 1

    init(text: String = "") { self.text = text }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TagName.self)
        let keys = container.allKeys.filter(\.isText)
        pieces = keys.count
        if let key = keys.first { text = try container.decode(String.self, forKey: key) }
    }
}

/// The name of a tag or an attribute, whatever it is.
private struct TagName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    /// What the decoder calls an element's character data and its CDATA sections.
    static let textNames: Set = ["", "#cdata"]

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// Without regard to case.
    var name: String { stringValue.lowercased() }
    var isText: Bool { Self.textNames.contains(name) }
}

extension KeyedDecodingContainer<TagName> {
    /// Every name once, in the order of the document.
    fileprivate var distinctKeys: [TagName] {
        var seen: Set<String> = []
        return allKeys.filter { seen.insert($0.stringValue).inserted }
    }
}
