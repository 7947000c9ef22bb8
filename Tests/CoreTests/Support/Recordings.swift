@testable import Core

/// What a recorder wrote, in memory.
final class MemoryFile: Sendable {
    private let content = Guarded<[UInt8]>([])

    var bytes: [UInt8] { content.withLock { $0 } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    var sink: RecordingSink {
        RecordingSink { [content] bytes in
            content.withLock { $0 += bytes }
            return nil
        }
    }
}

extension Kernel {
    /// Whether threads wait for the recorder.
    var isBehind: Bool { lock.withLock { cold.pointee.isBehind } }
}

extension TestEngine {
    static func record(_ settings: inout EngineSettings) {
        settings.kernel.isDrained = true
    }

    static let name: @Sendable (DeviceID) -> String = { "disk \"\($0.index)\"" }

    func record(
        to sink: RecordingSink,
        whenBroken: @escaping @Sendable (RecordingFailure) -> Void = { _ in }
    ) -> Recorder {
        Recorder(
            engine,
            began: WallTime(origin: SystemClock()),
            to: sink,
            nameOfDevice: Self.name,
            whenBroken: whenBroken
        )
    }
}
