import Testing

@testable import Core

@Suite("Table of events")
struct TableExportTests {
    private static func timeline() -> Timeline {
        let (one, two) = (ThreadID(0), ThreadID(1))
        let facts: [(Event.Fact, ThreadID?)] = [
            (.threadJoined(.producer, ordinal: 1, isAgent: false), one),
            (.threadJoined(.consumer, ordinal: 1, isAgent: false), two),
            (.blocked(.full), two),
            (.produced(DeviceID(3), cpuTime: .seconds(2.5)), one),
            (.waited(.empty), one), (.waited(.mutex), one), (.inserted(slot: 0), one),
            (.signalled(.mutex, handedTo: nil), one), (.signalled(.full, handedTo: two), one),
            (.waited(.mutex), two), (.removed(slot: 0), two),
            (.signalled(.mutex, handedTo: nil), two), (.signalled(.empty, handedTo: nil), two),
            (.executionStarted, two), (.executionFinished(DeviceID(3), cpuTime: .seconds(2)), two),
            (.jumped(to: 4), one), (.rateChanged(.maximum), nil),
            (.programChanged(index: 2, compacts: true), nil),
        ]
        return Timeline(
            from: EngineState(capacity: 2, programs: ProgramCatalog.correct, rate: .normal),
            events: facts.enumerated().map { Event($1.0, by: $1.1, at: .seconds(Double($0) / 4)) }
        )
    }

    @Test("has a row for each event, with what it concerns and what it led to")
    func rows() {
        var text = ""

        let isWhole = TableExport(Self.timeline()) { "disk,\($0.index)" }.write { piece in
            text += piece
            return true
        }

        #expect(isWhole)
        #expect(
            text.split(separator: "\r\n") == [
                "number,seconds,thread,event,job,device,cpu_seconds,slot,semaphore,value_after,"
                    + "other_thread,line,filled_after",
                "1,0,P1,thread_joined,,,,,,,,,0",
                "2,0.25,C1,thread_joined,,,,,,,,,0",
                "3,0.5,C1,blocked,,,,,full,0,,,0",
                "4,0.75,P1,produced,1,\"disk,3\",2.5,,,,,,0",
                "5,1,P1,waited,,,,,empty,1,,,0",
                "6,1.25,P1,waited,,,,,mutex,0,,,0",
                "7,1.5,P1,inserted,1,\"disk,3\",2.5,0,,,,,1",
                "8,1.75,P1,signalled,,,,,mutex,1,,,1",
                "9,2,P1,signalled,,,,,full,0,C1,,1",
                "10,2.25,C1,waited,,,,,mutex,0,,,1",
                "11,2.5,C1,removed,1,\"disk,3\",2.5,0,,,,,0",
                "12,2.75,C1,signalled,,,,,mutex,1,,,0",
                "13,3,C1,signalled,,,,,empty,2,,,0",
                "14,3.25,C1,execution_started,1,\"disk,3\",2.5,,,,,,0",
                "15,3.5,C1,execution_finished,1,\"disk,3\",2,,,,,,0",
                "16,3.75,P1,jumped,,,,,,,,5,0",
                "17,4,,rate_changed,,,,,,max,,,0",
                "18,4.25,,program_changed,,,,,,,swapped-waits,,0",
            ]
        )
    }

    @Test(
        "a field can hold anything and is never a formula",
        arguments: [
            ("3", "3"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"), ("@x", "'@x"), ("-1,", "\"'-1,\""),
        ]
    )
    func fields(text: String, field: String) {
        #expect(TableExport.field(text) == field)
    }

    @Test("stops when its reader has gone")
    func stops() {
        var calls = 0

        let isWhole = TableExport(Self.timeline()) { _ in "d" }.write { _ in
            calls += 1
            return false
        }

        #expect(!isWhole && calls == 1)
    }
}
