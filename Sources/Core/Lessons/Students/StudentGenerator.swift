/// Makes students up; the same seed makes the same students, whichever thread asks first.
package struct StudentGenerator: Sendable {
    private let numbers: RandomNumbers
    private let firstID: Int

    private static let ids = 10_000_000...99_999_999
    /// It shares no divisor with the count of ids, so that no two of our students share an id.
    private static let idStep = 7_368_787
    private static let courseCounts = 4...7
    private static let lowestMark = 30_00
    /// Each has a best mark of its own: of marks from the whole range hardly anybody would fail.
    private static let bestMarks = 60_00...100_00

    package init(seed: UInt64) {
        numbers = RandomNumbers(seed: seed)
        var first = numbers.stream(0)
        firstID = Int.random(in: 0..<Self.ids.count, using: &first)
    }

    /// The student with this number, from 1.
    package func student(_ number: Int) -> Student {
        var random = numbers.stream(number)
        let id = Self.ids.lowerBound + (firstID + number * Self.idStep) % Self.ids.count
        let programme = StudentNames.programmes[
            Int.random(in: 0..<StudentNames.programmes.count, using: &random)
        ]
        let count = Int.random(in: Self.courseCounts, using: &random)
        let marks = Self.lowestMark...Int.random(in: Self.bestMarks, using: &random)
        let courses = StudentNames.courses.shuffled(using: &random).prefix(count)
        return Student(
            name: pick(StudentNames.first, &random) + " " + pick(StudentNames.last, &random),
            id: String(id),
            programme: programme,
            courses: courses.map { name in
                let mark = Int.random(in: marks, using: &random)
                return Student.Course(name: name, mark: Mark(hundredths: mark))
            }
        )
    }

    private func pick(_ names: [String], _ random: inout RandomNumbers) -> String {
        names[Int.random(in: 0..<names.count, using: &random)]
    }
}

/// What students, programmes of study and courses are called.
package enum StudentNames {
    package static let programmes = [
        "Computer Science", "Cybersecurity", "Data Science", "Information Systems",
        "Network Engineering", "Software Engineering",
    ]

    package static let courses = [
        "Algorithms", "Artificial Intelligence", "Compilers", "Computer Architecture",
        "Computer Graphics", "Computer Networks", "Cryptography", "Data Structures", "Databases",
        "Discrete Mathematics", "Distributed Systems", "Human-Computer Interaction",
        "Linear Algebra", "Machine Learning", "Operating Systems", "Programming",
        "Software Engineering", "Statistics", "Theory of Computation", "Web Development",
    ]

    package static let first = [
        "Aisha", "Amara", "Anna", "Carlos", "Chidi", "Elena", "Fatima", "Grace", "Hiroshi",
        "Ingrid",
        "Ivan", "Jonas", "José", "Kofi", "Lerato", "Lindiwe", "Lucía", "Mei", "Mohammed", "Nadia",
        "Noah", "Olga", "Pedro", "Priya", "Samuel", "Sipho", "Sofia", "Thandi", "Wei", "Yusuf",
    ]

    package static let last = [
        "Adeyemi", "Andersen", "Banda", "Chen", "Dlamini", "Fernández", "García", "Haddad",
        "Hoffmann", "Ito", "Ivanova", "Khan", "Khumalo", "Kowalski", "Mbatha", "Mensah", "Mokoena",
        "Müller", "Nkosi", "Novák", "Okafor", "Patel", "Rossi", "Sato", "Silva", "Singh", "Smith",
        "Tanaka", "Wang", "Zulu",
    ]
}
