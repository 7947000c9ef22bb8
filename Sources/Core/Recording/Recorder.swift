import Synchronization

/// Writes every event of an engine, from the first to the last, as a recording.
///
/// A thread of its own takes the events out of the kernel's ring. It never drops one: where it cannot
/// keep up, the engine's threads wait for it before their next slice, and count how long. When
/// writing fails, the recording ends there, and the engine runs on as if nobody recorded it.
///
/// Make it before the engine starts, with settings that say `isDrained`, and `finish` it after the
/// engine has stopped.
package final class Recorder: @unchecked Sendable {
    // Sendable because `events` is touched only by the recorder's thread, and the rest is atomic,
    // guarded or never changes.
    private let kernel: Kernel
    private let sink: RecordingSink
    private let parker = Parker()
    private let isFinishing = Atomic(false)
    private let failure = Guarded<RecordingFailure?>(nil)
    private let written = Atomic<UInt64>(0)
    private let whenBroken: @Sendable (RecordingFailure) -> Void
    private let events = UnsafeMutableBufferPointer<Event>.allocate(capacity: 4096)
    private let thread = Guarded<SystemThread?>(nil)

    /// As much is written at once.
    private static let pieceLength = 60_000
    /// A crash loses what happened in this time.
    private static let pause = Duration.milliseconds(100)

    /// Begins to record.
    ///
    /// - Parameters:
    ///   - engine: Whose events; it has not been started.
    ///   - began: When the engine's clock was at zero.
    ///   - sink: Where they go.
    ///   - nameOfDevice: Names the devices.
    ///   - whenBroken: Called once, on the recorder's thread, when the recording had to end.
    package init(
        _ engine: Engine,
        began: WallTime,
        to sink: RecordingSink,
        nameOfDevice: @escaping @Sendable (DeviceID) -> String,
        whenBroken: @escaping @Sendable (RecordingFailure) -> Void
    ) {
        kernel = engine.kernel
        self.sink = sink
        self.whenBroken = whenBroken
        let encoder = RecordingEncoder(
            RecordingHeader(kernel.settings, began: began),
            library: kernel.library,
            nameOfDevice: nameOfDevice
        )
        kernel.beginDraining(waking: parker)
        thread.withLock { $0 = SystemThread(name: "sb-recorder") { [self] in run(encoder) } }
    }

    deinit {
        events.deallocate()
    }

    /// How many events have been written.
    package var eventCount: UInt64 { written.load(ordering: .relaxed) }

    /// Why the recording ended early, if it did.
    package var brokenBy: RecordingFailure? { failure.withLock { $0 } }

    /// Writes all that has happened, and returns when it is written, or when the reader of a pipe
    /// takes nothing any more; to be called by everybody who makes a recorder, after the engine has
    /// stopped.
    package func finish() {
        isFinishing.store(true, ordering: .releasing)
        parker.unpark()
        sink.hurry()
        let thread = thread.withLock { $0 }
        thread?.join()
    }

    // MARK: - The recorder's thread

    private func run(_ encoder: RecordingEncoder) {
        var encoder = encoder
        while true {
            let isLast = isFinishing.load(ordering: .acquiring)
            guard let count = kernel.drain(into: events) else { return breakOff(.overtaken) }
            for event in events[..<count] { encoder.add(event) }
            if count > 0 && encoder.writer.bytes.count < Self.pieceLength { continue }
            if count == 0 && isLast { encoder.addEnd() }
            guard write(&encoder) else { return }
            guard count == 0 else { continue }
            if isLast { return kernel.endDraining() }
            parker.park(atMost: Self.pause)
        }
    }

    private func write(_ encoder: inout RecordingEncoder) -> Bool {
        guard !encoder.writer.bytes.isEmpty else { return true }
        if let error = encoder.writer.bytes.withUnsafeBytes(sink.write) {
            breakOff(.cannotWrite(error))
            return false
        }
        written.store(encoder.number, ordering: .relaxed)
        encoder.removeAll()
        return true
    }

    private func breakOff(_ failure: RecordingFailure) {
        kernel.endDraining()
        self.failure.withLock { $0 = failure }
        whenBroken(failure)
    }
}

/// Why a recording ended before its run.
package enum RecordingFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotWrite(SystemError)
    /// The keyboard made more events than are kept in reserve while nothing could be written.
    case overtaken

    package var description: String {
        switch self {
        case .cannotWrite(let error): "the recording ended: \(error)"
        case .overtaken: "the recording ended: events were overwritten before they were written"
        }
    }
}
