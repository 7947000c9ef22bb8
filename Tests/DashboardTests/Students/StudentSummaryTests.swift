import Core
import Testing

@testable import Dashboard

@Suite("The summary of the student simulation")
struct StudentSummaryTests {
    private func summary(
        _ tally: StudentTally,
        notRun: UInt64 = 0,
        isStuck: Bool = false,
        isLarge: Bool = false
    ) -> StudentSummary {
        StudentSummary(
            tally: tally,
            wanted: 10,
            state: EngineState(
                capacity: 3,
                programs: StudentPrograms.pair(timeOut: .seconds(5)),
                rate: .normal
            ),
            notRun: notRun,
            timeOuts: 2,
            elapsed: .seconds(4),
            isStuck: isStuck,
            isLarge: isLarge
        )
    }

    private func tally(passed: Int, failed: Int, produced: Int) -> StudentTally {
        var tally = StudentTally()
        tally.produced = produced
        for _ in 0..<passed { tally.note(hasPassed: true) }
        for _ in 0..<failed { tally.note(hasPassed: false) }
        return tally
    }

    @Test("a run in which everybody was judged is sound")
    func sound() {
        let summary = summary(tally(passed: 7, failed: 3, produced: 10))

        #expect(summary.isSound)
        #expect(
            summary.text == """
                Produced: 10 of 10 students
                Consumed: 10 (7 PASS, 3 FAIL, 0 refused)
                In the buffer at the end: 0 of 3
                Time-outs: 2
                Elapsed: 4.0 s
                Nothing lost, nothing judged twice: 10 produced = 10 consumed + 0 not read

                """
        )
    }

    @Test("a run that the user ended is sound, and says how many files are left")
    func ended() {
        let summary = summary(tally(passed: 2, failed: 0, produced: 5), notRun: 3)

        #expect(summary.isSound)
        #expect(summary.text.contains("Not read: 3, whose files are left as they were written\n"))
    }

    @Test("a large run has figures")
    func figures() {
        var tally = tally(passed: 10, failed: 0, produced: 10)
        tally.bytesWritten = 1_250_000
        tally.bytesRead = 40_000

        let text = summary(tally, isLarge: true).text

        #expect(text.contains("Records: 3 a second; 1.2 MB written, 0.0 MB read\n"))
    }

    @Test("a student too few, a refusal, a failure, a standstill are each said, and none is sound")
    func broken() {
        var refused = tally(passed: 9, failed: 0, produced: 10)
        refused.note(refusal: "x/student3.xml: the document is empty")
        var failed = tally(passed: 1, failed: 0, produced: 1)
        failed.failure = "x/student2.xml: write failed"

        let texts = [
            summary(tally(passed: 8, failed: 1, produced: 10)), summary(refused), summary(failed),
            summary(tally(passed: 0, failed: 0, produced: 2), notRun: 2, isStuck: true),
        ].map { summary in
            #expect(!summary.isSound)
            return summary.text
        }

        #expect(texts[0].contains("BROKEN: 10 were produced, 9 are known\n"))
        #expect(texts[1].contains("Refused: x/student3.xml: the document is empty\n"))
        #expect(texts[1].contains("BROKEN: 1 document refused\n"))
        #expect(texts[2].contains("Stopped: x/student2.xml: write failed\n"))
        #expect(texts[3].contains("BROKEN: nobody can move any more\n"))
    }
}
