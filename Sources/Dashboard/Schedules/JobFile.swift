import Core
import Glibc

/// Jobs from a file: a list in CSV, or a recording, told apart by the first byte.
struct JobFile {
    let jobs: JobList
    /// What a user should know before believing it.
    let caution: String?

    /// What is read at most; a recording takes some hundred bytes an event.
    private static let longest = 1 << 30

    /// - Parameter path: A file, or `-` for standard input.
    /// - Throws: A `StartError` that names the file, the line and the reason.
    init(_ path: String) throws {
        do {
            let bytes = try Self.read(path)
            guard bytes.first(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "{") else {
                jobs = try JobList(csv: bytes)
                caution = nil
                return
            }
            let run = try RecordedRun(bytes: bytes)
            jobs = Self.jobs(of: run)
            let isTooLong = jobs.longestTime > JobList.longestRun
            guard !jobs.entries.isEmpty else { throw JobListError.empty }
            guard !isTooLong else {
                throw JobListError.endsTooLate(limit: JobList.longestRun)
            }
            caution = Self.caution(run, path)
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("\(path): \(error)")
        }
    }

    private static func jobs(of run: RecordedRun) -> JobList {
        var jobs = JobList(of: run.timeline, nameOfDevice: run.devices.name)
        for (name, priority) in (run.header.chosenPolicy as? PriorityFirst)?.priorities ?? [] {
            jobs.setPriority(priority, of: jobs.device(named: name))
        }
        return jobs
    }

    private static func caution(_ run: RecordedRun, _ path: String) -> String? {
        if run.isTorn { return "\(path): its last line is torn and was left out" }
        let produced = run.timeline.lastState.produced
        guard produced > UInt64(JobList.limit) else { return nil }
        return "\(path): only the last \(JobList.limit) of its \(produced) jobs count"
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let descriptor =
            path == "-"
            ? STDIN_FILENO : try SystemError.check("open") { open(path, O_RDONLY | O_CLOEXEC) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try SystemError.check("read") {
                chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= longest else {
                throw StartError("\(path): longer than \(longest) bytes")
            }
        }
    }
}
