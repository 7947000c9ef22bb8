/// The numbers at which the beginning of a slice has more to see to than the slice.
///
/// One comparison a slice, with `next`, is what it costs while none is reached.
struct Attention {
    /// The smallest of the others.
    private(set) var next = UInt64.max
    /// A keyframe is due.
    var keyframe = UInt64.max { didSet { update() } }
    /// The recorder should come.
    var wake = UInt64.max { didSet { update() } }
    /// Events that the recorder has not taken yet would be overwritten.
    var limit = UInt64.max { didSet { update() } }

    private mutating func update() {
        next = min(keyframe, wake, limit)
    }
}

extension Kernel {
    /// Takes a keyframe, calls the recorder or waits for it, whatever is due.
    ///
    /// - Returns: Why the slice ends before it begins; `nil` when it goes on.
    @inline(never)
    func attend(_ thread: ThreadPointer) -> SliceEnd? {
        let number = state.pointee.number
        if number >= cold.pointee.attention.keyframe { takeKeyframe() }
        if number >= cold.pointee.attention.wake { wakeRecorder(thread) }
        guard number >= cold.pointee.attention.limit else { return nil }
        cold.pointee.isBehind = true
        return .behind
    }

    private func wakeRecorder(_ thread: ThreadPointer) {
        cold.pointee.attention.wake = .max
        guard let recorder = cold.pointee.recorder else { return }
        thread.pointee.desk.pointee.wakes.append(Unmanaged.passUnretained(recorder))
    }

    private func takeKeyframe() {
        if !cold.pointee.isReadingKeyframe,
            let space = keyframes.next(after: cold.pointee.keyframesTaken)
        {
            copySnapshot(into: &space.pointee)
            cold.pointee.keyframesTaken += 1
        }
        cold.pointee.attention.keyframe = state.pointee.number + keyframes.spacing
    }
}
