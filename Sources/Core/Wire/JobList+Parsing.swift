/// Why a text is no list of jobs.
package enum JobListError: Error, Equatable, Sendable {
    case empty
    case tooLong(bytes: Int, limit: Int)
    case line(Int, JobLineProblem)
    case tooManyJobs(limit: Int)
    /// The schedule could end later than a moment can be written down.
    case endsTooLate(limit: Microseconds)
}

/// What is wrong with one line.
package enum JobLineProblem: Error, Equatable, Sendable {
    case tooLong(limit: Int)
    case invalidUTF8
    case wrongFieldCount(Int)
    case badDevice(limit: Int)
    case notSeconds(field: String, limit: Microseconds)
    case badPriority(allowed: ClosedRange<Int>)
    /// A priority belongs to a device, so all its jobs have the same.
    case otherPriority(device: String, Int)
}

/// Lists of jobs in text: `arrival,device,seconds` or `arrival,device,seconds,priority`, a line a job.
///
/// Arrival and seconds are decimals from the beginning on; the priority is a whole number, lower goes
/// first, and is the device's. Spaces around fields, blank lines and lines that begin with `#` do not
/// count; a first line that begins with `arrival` is a heading. Lines need not be in order.
extension JobList {
    private static let longestText = 16 << 20
    private static let longestLine = 1000
    private static let heading = "arrival"

    /// Reads a list.
    ///
    /// - Parameter csv: The whole text; anything at all.
    /// - Throws: A `JobListError` with the line and the reason.
    package init(csv: [UInt8]) throws(JobListError) {
        self.init()
        guard csv.count <= Self.longestText else {
            throw .tooLong(bytes: csv.count, limit: Self.longestText)
        }
        // Spreadsheets begin UTF-8 with a byte order mark.
        let text = csv.starts(with: [0xEF, 0xBB, 0xBF]) ? csv[3...] : csv[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var isFirst = true
        var jobs: [Entry] = []
        for (index, line) in lines.enumerated() {
            do throws(JobLineProblem) {
                let fields = try Self.fields(line)
                defer { isFirst = isFirst && fields.isEmpty }
                guard !fields.isEmpty, !(isFirst && fields[0].lowercased() == Self.heading) else {
                    continue
                }
                jobs.append(try entry(fields))
            } catch {
                throw .line(index + 1, error)
            }
            guard jobs.count <= Self.limit else { throw .tooManyJobs(limit: Self.limit) }
        }
        guard !jobs.isEmpty else { throw .empty }
        // The sort keeps the order of those that arrive together.
        for job in jobs.sorted(by: { $0.arrival < $1.arrival }) { add(job) }
        guard longestTime <= Self.longestRun else { throw .endsTooLate(limit: Self.longestRun) }
    }

    /// The fields of a line without spaces around them; none where the line does not count.
    private static func fields(_ line: ArraySlice<UInt8>) throws(JobLineProblem) -> [String] {
        guard line.count <= longestLine else { throw .tooLong(limit: longestLine) }
        guard let text = String(validating: line, as: UTF8.self) else { throw .invalidUTF8 }
        let content = trimmed(text[...])
        guard !content.isEmpty, !content.hasPrefix("#") else { return [] }
        return content.split(separator: ",", omittingEmptySubsequences: false)
            .map { String(trimmed($0)) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    private mutating func entry(_ fields: [String]) throws(JobLineProblem) -> Entry {
        guard (3...4).contains(fields.count) else { throw .wrongFieldCount(fields.count) }
        let name = Sanitizer.sanitize(fields[1])
        guard (1...TextJob.longestName).contains(name.utf8.count) else {
            throw .badDevice(limit: TextJob.longestName)
        }
        let job = Entry(
            arrival: try Self.seconds(fields[0], "arrival", limit: Self.longestRun),
            device: device(named: name),
            cpuTime: try Self.seconds(fields[2], "seconds", limit: Job.longestCPUTime)
        )
        guard fields.count == 4 else { return job }
        guard let priority = Self.priority(fields[3]) else {
            throw .badPriority(allowed: PriorityFirst.limits)
        }
        if let other = priorities[job.device], other != priority {
            throw .otherPriority(device: name, other)
        }
        setPriority(priority, of: job.device)
        return job
    }

    private static func seconds(
        _ text: String,
        _ field: String,
        limit: Microseconds
    ) throws(JobLineProblem) -> Microseconds {
        guard let time = Microseconds(decimal: text), time <= limit else {
            throw .notSeconds(field: field, limit: limit)
        }
        return time
    }

    private static func priority(_ text: String) -> Int? {
        guard let number = Int(text), PriorityFirst.limits.contains(number) else { return nil }
        return number
    }
}

extension JobListError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "there is no job in it"
        case .tooLong(let bytes, let limit): "\(bytes) bytes are more than \(limit)"
        case .line(let line, let problem): "line \(line): \(problem)"
        case .tooManyJobs(let limit): "more than \(limit) jobs"
        case .endsTooLate(let limit):
            "the last arrival and all jobs' seconds together are more than \(limit) s"
        }
    }
}

extension JobLineProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let limit): "longer than \(limit) bytes"
        case .invalidUTF8: "not valid UTF-8"
        case .wrongFieldCount(let count):
            "\(count) field\(count == 1 ? "" : "s") instead of arrival,device,seconds[,priority]"
        case .badDevice(let limit):
            "the device's name is not 1 to \(limit) bytes of text that can be shown"
        case .notSeconds(let field, let limit):
            "the field \"\(field)\" is not seconds from 0 to \(limit), such as 5 or 0.25"
        case .badPriority(let allowed):
            "the priority is not a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .otherPriority(let device, let other):
            "device \"\(device)\" had priority \(other) before; a priority is the device's"
        }
    }
}
