@testable import Core

/// A paused kernel whose threads are agents, so that a test can step it as fast as it goes.
final class SteppedKernel {
    let kernel: Kernel

    init(_ programs: ProgramPair, _ shape: Shape) {
        var settings = KernelSettings()
        settings.capacity = shape.capacity
        settings.programs = programs
        settings.eventCapacity = 16
        settings.threadLimit = 8
        settings.recordsEverything = true
        kernel = Kernel(settings, clock: ManualClock(), changes: ChangeSignal())
        let parker = Parker()
        for number in 1...shape.producers {
            _ = kernel.join(.producer, ordinal: number, parker: parker, isAgent: true)
        }
        for number in 1...shape.consumers {
            _ = kernel.join(.consumer, ordinal: number, parker: parker, isAgent: true)
        }
        kernel.pause()
    }

    var state: EngineState { kernel.snapshot() }

    /// How many jobs producers have taken.
    var produced: Int { Int(kernel.state.pointee.produced) }

    /// Permits the thread one statement, and gives it the job if it is a producer without one.
    func step(_ id: ThreadID, nextJob: Job?) {
        let desk = kernel.desk(of: id)
        desk.pointee.batchNext = 0
        desk.pointee.batchCount = nextJob == nil ? 0 : 1
        if let nextJob { desk.pointee.batch[0] = QueuedJob(nextJob, arrival: .zero) }
        kernel.thread(id).pointee.permits = 1
        _ = kernel.runSlice(of: id, length: 1)
        desk.pointee.finished.removeAll()
        desk.pointee.wakes.removeAll()
    }
}
