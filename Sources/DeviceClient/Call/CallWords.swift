import Core

/// Requests and results in plain words, without anything that a screen must not get.
enum CallWords {
    private static let longestBody = 200

    static func text(of request: RemoteRequest) -> String {
        switch request {
        case .null: "NULL (are you there?)"
        case .status: "STATUS (how full is the buffer?)"
        case .take(let wait): "TAKE a job, \(text(wait: wait))"
        case .submit(let submit):
            "SUBMIT \(text(of: submit.job)), \(text(wait: submit.waitMilliseconds))"
        }
    }

    static func text(of result: RemoteResult) -> String {
        switch result {
        case .null: return "yes"
        case .receipt(let receipt):
            let depth = "\(receipt.depth) of \(receipt.capacity) slots taken"
            guard receipt.code == .ok else { return "\(text(of: receipt.code)), \(depth)" }
            return "OK, the job has number \(receipt.id), \(depth)"
        case .taking(.nothing(let code)):
            return text(of: code)
        case .taking(.taken(let id, let job)):
            return "OK, job number \(id): \(text(of: job))"
        case .counts(let counts):
            return
                "\(counts.depth) of \(counts.capacity) slots taken, \(counts.produced) produced, "
                + "\(counts.consumed) consumed, \(counts.waitingPut) wait to put, "
                + "\(counts.waitingTake) wait to take"
        }
    }

    static func isOK(_ result: RemoteResult) -> Bool {
        switch result {
        case .null, .counts, .taking(.taken): true
        case .receipt(let receipt): receipt.code == .ok
        case .taking(.nothing): false
        }
    }

    private static func text(of job: RemoteJob) -> String {
        let name = Sanitizer.sanitize(job.device)
        let words = "device \(name), \(job.seconds) s"
        guard !job.body.isEmpty else { return words }
        let body = Sanitizer.sanitize(job.body.span)
        let shown = body.count > longestBody ? "\(body.prefix(longestBody))…" : body
        return "\(words), body of \(job.body.count) bytes \"\(shown)\""
    }

    private static func text(wait: UInt32) -> String {
        wait == 0 ? "do not wait" : "wait at most \(wait) ms"
    }

    static func text(of code: RemoteCode) -> String {
        switch code {
        case .ok: "OK"
        case .full: "FULL: there is no free slot"
        case .empty: "EMPTY: there is no job"
        case .timeout: "TIMEOUT: it took too long"
        case .denied: "DENIED: too many calls are under way, or the server stops"
        case .bad: "BAD: a name or a time that is none, or a body too large to take"
        }
    }
}
