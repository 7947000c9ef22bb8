import ArgumentParser
import Foundation

/// The real server, started for a measurement, and what it prints.
final class ServerProcess {
    let port: UInt16
    private let process = Process()
    private let output = Pipe()
    private let begin: Data

    init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]) {
            line += byte
        }
        begin = line
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count > 3, let port = UInt16(words[3]) else {
            throw ValidationError("the server said: \(String(decoding: line, as: UTF8.self))")
        }
        self.port = port
    }

    var pid: Int32 { process.processIdentifier }

    /// Asks it to end.
    func terminate() {
        if process.isRunning { process.terminate() }
    }

    /// - Returns: All that it printed after its first line.
    func waitForEnd() -> String {
        let rest = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: rest, as: UTF8.self)
    }
}
