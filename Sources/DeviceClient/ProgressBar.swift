/// One line that is written over itself: `[######......] 7 of 15 jobs`, in plain ASCII.
struct ProgressBar {
    private static let width = 30

    private let jobs: Int
    private var shown = ""

    init(of jobs: Int) {
        self.jobs = jobs
    }

    /// What to write now; `nil` when nothing has changed.
    mutating func text(finished: Int) -> String? {
        let filled = jobs == 0 ? Self.width : Self.width * min(finished, jobs) / jobs
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.width - filled)
        let line = "[\(bar)] \(finished) of \(jobs) jobs"
        guard line != shown else { return nil }
        shown = line
        return "\r" + line
    }

    /// Leaves the line as empty as it was.
    var erased: String {
        "\r" + String(repeating: " ", count: shown.utf8.count) + "\r"
    }
}
