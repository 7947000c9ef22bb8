import Core
import Testing

@testable import Dashboard

@Suite("What keeping every event costs")
struct RecordingRemarkTests {
    @Test("threads that waited for the recorder are told of, at most every two seconds")
    func recorder() {
        var remark = RecordingRemark(keepsHistory: false)

        #expect(remark.text(.seconds(0.005), missed: 0, at: .seconds(5)) == nil)
        #expect(
            remark.text(.seconds(0.5), missed: 0, at: .seconds(6))
                == "--record slows the engine: its threads have waited 500 ms for it"
        )
        #expect(remark.text(.seconds(1), missed: 0, at: .seconds(7)) == nil)
        #expect(remark.text(.seconds(1.5), missed: 0, at: .seconds(9))?.contains("1.5 s") == true)
        #expect(remark.text(.seconds(1.5), missed: 0, at: .seconds(20)) == nil)
    }

    @Test("that history slows a fast engine is told once")
    func history() {
        var remark = RecordingRemark(keepsHistory: true)

        #expect(remark.text(.zero, missed: 0, at: .seconds(1)) == nil)
        #expect(remark.text(.zero, missed: 9, at: .seconds(2))?.contains("--history") == true)
        #expect(remark.text(.zero, missed: 9, at: .seconds(3)) == nil)
    }
}
