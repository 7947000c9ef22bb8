/// What became of the students of one run.
package struct StudentTally: Equatable, Sendable {
    /// Documents that were written.
    package var produced = 0
    package private(set) var passed = 0
    package private(set) var failed = 0
    /// Documents that were read and tell of no student; their files are left as they are.
    package private(set) var refused = 0
    /// The first refusals, in words.
    package private(set) var refusals: [String] = []
    /// Numbers that a broken program overwrote in the buffer.
    package var overwritten = 0
    package var bytesWritten = 0
    package var bytesRead = 0
    /// Why the run could not go on.
    package var failure: String?

    private static let refusalsKept = 10

    package init() {}

    /// Documents that were read.
    package var consumed: Int { passed + failed + refused }

    package mutating func note(hasPassed: Bool) {
        if hasPassed { passed += 1 } else { failed += 1 }
    }

    package mutating func note(refusal: String) {
        refused += 1
        if refusals.count < Self.refusalsKept { refusals.append(refusal) }
    }
}
