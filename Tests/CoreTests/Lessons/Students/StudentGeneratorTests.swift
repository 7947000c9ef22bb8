import Testing

@testable import Core

@Suite("Students made up", .timeLimit(.minutes(5)))
struct StudentGeneratorTests {
    @Test("a thousand students of each seed have what the task asks for, and ids of their own")
    func students() throws {
        for seed in UInt64(1)...5 {
            let generator = StudentGenerator(seed: seed)

            let students = (1...1000).map(generator.student)

            #expect(Set(students.map(\.id)).count == 1000, "seed \(seed)")
            for student in students {
                let number = try #require(UInt64(student.id))
                #expect((10_000_000...99_999_999).contains(number), "seed \(seed)")
                #expect((4...7).contains(student.courses.count), "seed \(seed)")
                #expect(Set(student.courses.map(\.name)).count == student.courses.count)
                #expect(StudentNames.programmes.contains(student.programme))
                let marks = Mark(hundredths: 30_00)...Mark(hundredths: 100_00)
                #expect(student.courses.allSatisfy { marks.contains($0.mark) }, "seed \(seed)")
                #expect(student.courses.allSatisfy { $0.mark.millionths % 10_000 == 0 })
            }
            let passed = students.count(where: \.hasPassed)
            #expect((500...900).contains(passed), "seed \(seed): \(passed) pass")
        }
    }

    @Test("the same seed makes the same students in any order, another seed others")
    func seeds() {
        let generator = StudentGenerator(seed: 7)

        let forwards = (1...20).map(generator.student)
        let backwards = (1...20).reversed().map(StudentGenerator(seed: 7).student)

        #expect(forwards == backwards.reversed())
        #expect(forwards != (1...20).map(StudentGenerator(seed: 8).student))
    }

    @Test("every student that is made can be written and read back")
    func documents() throws {
        let generator = StudentGenerator(seed: 3)

        for number in 1...200 {
            let student = generator.student(number)
            #expect(try StudentDocument.read(StudentDocument.write(student)) == student)
        }
    }
}
