import ArgumentParser
import Core

/// Policies as a user writes them: `fifo,sjf,rr:2`.
enum PolicyWords {
    static let help = PolicyCatalog.all
        .map { $0.isInTurns ? "\($0.name)[:SECONDS]" : $0.name }.joined(separator: ", ")

    /// Reads a list of policies.
    ///
    /// - Parameters:
    ///   - text: Names with commas between them.
    ///   - jobs: Whose devices have priorities.
    ///   - quantum: Of round robin, where the text does not say.
    /// - Returns: The policies in this order.
    /// - Throws: A `ValidationError` that names the one that is none.
    static func choices(
        _ text: String,
        jobs: JobList,
        quantum: Microseconds
    ) throws -> [PolicyChoice] {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard words.count <= most else {
            throw ValidationError("--policies are at most \(most), not \(words.count).")
        }
        return try words.map { word in
            guard let choice = PolicyChoice(String(word), jobs: jobs, quantum: quantum) else {
                throw ValidationError("--policies are of \(help), not '\(word)'.")
            }
            return choice
        }
    }

    private static let most = 20
}
