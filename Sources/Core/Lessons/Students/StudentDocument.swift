import Foundation
import XMLCoder

/// A student as an XML document: our own form written, every form that students' programs write read.
///
/// ```xml
/// <ITStudent><Name>Thandi Nkosi</Name><StudentID>21047733</StudentID>
/// <Programme>Software Engineering</Programme>
/// <Courses><Course name="Databases" mark="67.31"/>…</Courses></ITStudent>
/// ```
///
/// Tag names are read without regard to case. The name is `name`, or `first_name` and `last_name`;
/// the id is `id`, `studentid` or `student_id`; a course is any child of `courses`, its name is
/// `name`, `coursename`, `course_name`, `title` or `code`, its mark is `mark` or its text. What else
/// is there is not looked at. Reading is total: no bytes stop the program.
package enum StudentDocument {
    package static let longest = 65_536
    package static let deepest = 16
    /// More than anybody studies.
    package static let mostCourses = 100
    /// Of a name, an id and the like, in bytes of UTF-8.
    package static let longestField = 64

    /// The document of this student, in one line.
    package static func write(_ student: Student) throws -> [UInt8] {
        let encoder = XMLEncoder()
        let header = XMLHeader(version: 1.0, encoding: "UTF-8")
        let form = WrittenStudent(student)
        return Array(try encoder.encode(form, withRootKey: "ITStudent", header: header))
    }

    /// The student whom a document tells of; its text is safe to show.
    package static func read(_ bytes: [UInt8]) throws(StudentDocumentError) -> Student {
        let document = try DocumentScan.check(bytes, longest: longest, deepest: deepest)
        let form: ReadStudent
        do {
            // Without white space of its own the decoder would also lose the space in "R&amp;D &amp; Co".
            // A context for errors could make it index beyond its text; without one it has none.
            let decoder = XMLDecoder(trimValueWhitespaces: false, removeWhitespaceElements: true)
            form = try decoder.decode(ReadStudent.self, from: Data(document))
        } catch {
            throw .malformed
        }
        return try form.student()
    }
}

// MARK: - Our own form

/// The elements of our own form, in their order.
private struct WrittenStudent: Encodable {
    let name: String
    let id: String
    let programme: String
    let courses: Courses

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case id = "StudentID"
        case programme = "Programme"
        case courses = "Courses"
    }

    struct Courses: Encodable {
        let course: [Course]

        enum CodingKeys: String, CodingKey {
            case course = "Course"
        }
    }

    struct Course: Encodable {
        let name: Attribute<String>
        let mark: Attribute<String>
    }

    init(_ student: Student) {
        name = student.name
        id = student.id
        programme = student.programme
        courses = Courses(
            course: student.courses.map { course in
                Course(name: Attribute(course.name), mark: Attribute("\(course.mark)"))
            }
        )
    }
}
