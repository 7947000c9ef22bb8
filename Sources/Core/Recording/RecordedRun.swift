import Glibc

/// A recording that was read: what the engine was, and all that happened.
package struct RecordedRun: Sendable {
    package let header: RecordingHeader
    package let timeline: Timeline
    package let devices: RecordedDevices
    /// Whether its last line was cut off, as a crash or a full disk leaves it; it was left out.
    package let isTorn: Bool
    /// Whether the recorder came to its end.
    package let hasEnded: Bool

    /// The longest line that is read; a program has 510 statements at most.
    static let longestLine = 65_536
    /// A hundred bytes of file and 16 of memory each.
    static let eventLimit = 100_000_000

    /// Reads a file, or whatever the path leads to, to its end.
    package init(contentsOf path: String) throws(RecordingError) {
        var reader = RecordingReader()
        do throws(SystemError) {
            let descriptor = try SystemError.check("open") { open(path, O_RDONLY | O_CLOEXEC) }
            defer { close(descriptor) }
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = try SystemError.check("read") {
                    chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                }
                if count == 0 { break }
                if !reader.take(chunk[..<count]) { break }
            }
        } catch {
            throw .cannotRead(error)
        }
        self = try reader.finish()
    }

    package init(bytes: [UInt8]) throws(RecordingError) {
        var reader = RecordingReader()
        _ = reader.take(bytes[...])
        self = try reader.finish()
    }

    init(_ decoder: RecordingDecoder, _ header: RecordingHeader, isTorn: Bool)
        throws(RecordingError)
    {
        self.header = header
        self.isTorn = isTorn
        devices = decoder.devices
        hasEnded = decoder.hasEnded
        var timeline = Timeline(
            from: EngineState(
                capacity: header.capacity,
                programs: header.programs,
                rate: header.rate,
                library: decoder.library
            )
        )
        for (index, event) in decoder.events.enumerated() {
            if let reason = timeline.lastState.impossibility(of: event) {
                throw .line(index + 2, .impossible(reason))
            }
            timeline.append(event)
        }
        self.timeline = timeline
    }
}

/// Cuts what is read into lines, and gives them to the decoder.
struct RecordingReader {
    private var decoder = RecordingDecoder()
    private var pending: [UInt8] = []
    private var lines = 0
    private var error: RecordingError?

    /// - Returns: Whether more is of use.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> Bool {
        var rest = chunk
        while error == nil, let end = rest.firstIndex(of: 10) {
            pending += rest[..<end]
            rest = rest[(end + 1)...]
            finishLine()
        }
        if error == nil { pending += rest }
        if pending.count > RecordedRun.longestLine {
            fail(.tooLong(limit: RecordedRun.longestLine))
        }
        return error == nil
    }

    consuming func finish() throws(RecordingError) -> RecordedRun {
        var isTorn = false
        if error == nil, !pending.isEmpty {
            // Without its end a line may be whole all the same.
            finishLine()
            isTorn = error != nil && decoder.header != nil
            if isTorn { error = nil }
        }
        if let error { throw error }
        guard let header = decoder.header else { throw .empty }
        return try RecordedRun(decoder, header, isTorn: isTorn)
    }

    private mutating func finishLine() {
        defer { pending.removeAll(keepingCapacity: true) }
        guard pending.count <= RecordedRun.longestLine else {
            return fail(.tooLong(limit: RecordedRun.longestLine))
        }
        do throws(LineProblem) {
            if decoder.header != nil {
                try decoder.add(pending)
            } else if let version = try decoder.addHeader(pending) {
                error = .unknownVersion(version, known: RecordingHeader.version)
            }
        } catch {
            return fail(error)
        }
        lines += 1
        if decoder.events.count > RecordedRun.eventLimit {
            error = .tooManyEvents(limit: RecordedRun.eventLimit)
        }
    }

    private mutating func fail(_ problem: LineProblem) {
        error = decoder.header == nil ? .notARecording(problem) : .line(lines + 1, problem)
    }
}
