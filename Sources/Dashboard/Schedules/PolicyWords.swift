import ArgumentParser
import Core

/// Policies as a user writes them: `fifo,sjf,rr:2`.
enum PolicyWords {
    static let help = PolicyCatalog.all.map(\.name).joined(separator: ", ")

    /// Reads a list of policies.
    ///
    /// - Parameters:
    ///   - text: Names with commas between them.
    ///   - jobs: Whose devices have priorities.
    /// - Returns: The policies in this order.
    /// - Throws: A `ValidationError` that names the one that is none.
    static func choices(_ text: String, jobs: JobList) throws -> [PolicyChoice] {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard words.count <= most else {
            throw ValidationError("--policies are at most \(most), not \(words.count).")
        }
        return try words.map { try choice($0, jobs) }
    }

    private static let most = 20

    private static func choice(_ word: Substring, _ jobs: JobList) throws -> PolicyChoice {
        guard let choice = PolicyChoice(String(word), jobs: jobs) else {
            throw ValidationError("--policies are of \(help), not '\(word)'.")
        }
        return choice
    }
}
