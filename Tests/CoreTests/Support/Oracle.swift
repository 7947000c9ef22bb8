import Foundation
import Testing

/// A program of others that tests compare us with.
enum Oracle: String {
    case python3, tshark, rpcgen, gcc

    private static let environment = ProcessInfo.processInfo.environment

    /// Its path; `nil` where it is not installed.
    var path: String? {
        let directories = Self.environment["PATH"]?.split(separator: ":") ?? []
        return directories.map { "\($0)/\(rawValue)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A machine that tests for others must have everything; at home a test may be left out.
    static let leavesNothingOut = environment["CI"] == "true"

    var isUsable: Bool { path != nil || Self.leavesNothingOut }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - input: What it reads; the rest is at the end of the file.
    ///   - directory: Where it works.
    /// - Returns: Its exit status and what it wrote, errors too.
    /// - Throws: Where it cannot be run.
    func run(
        _ arguments: [String],
        input: [UInt8] = [],
        in directory: URL? = nil
    ) throws -> (status: Int32, output: String) {
        let path = try #require(
            path,
            "\(rawValue) is not installed, and CI=true leaves nothing out"
        )
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let source = Pipe()
        let output = Pipe()
        process.standardInput = source
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // All inputs are shorter than a pipe is long.
        try source.fileHandleForWriting.write(contentsOf: Data(input))
        try source.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves the test out, visibly, where the program is missing; with `CI=true` it fails instead.
    static func needs(_ oracle: Oracle) -> Self {
        .enabled(if: oracle.isUsable, "needs \(oracle.rawValue), which is not installed")
    }
}

/// A directory of its own, which goes with its contents.
final class Scratch {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("signalbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = directory.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }
}
