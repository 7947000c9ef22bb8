/// When one device sends which job: its planned ones after their pauses, and others when asked.
struct DeviceSchedule {
    enum Turn: Equatable {
        case send(PlannedJob)
        /// Look again after this time, or when somebody asks for something; `nil` is no limit.
        case wait(Microseconds?)
        case over
    }

    private var planned: JobStream
    private var extras: JobStream
    /// The planned job whose turn comes next, and what is left of the pause before it.
    private var next: PlannedJob?
    private var left = Microseconds.zero

    init(_ jobs: JobStream) {
        planned = jobs
        extras = jobs.endless
    }

    /// What to do now.
    ///
    /// - Parameter control: Who may ask for more, or for less; `nil` for nobody.
    /// - Returns: Under control it is never over, for somebody may ask for one job more.
    mutating func turn(under control: DeviceControl?) -> Turn {
        if next == nil {
            next = planned.next()
            left = next?.pauseBefore ?? .zero
        }
        if let control, control.takeExtra(), let job = extras.next() { return .send(job) }
        if let control, control.isPaused { return .wait(nil) }
        guard let job = next else { return control == nil ? .over : .wait(nil) }
        let rate = control?.rate ?? .normal
        guard left == .zero || rate.isMaximum else { return .wait(rate.time(for: left)) }
        next = nil
        return .send(job)
    }

    /// So much of the pause is over.
    mutating func rest(_ time: Microseconds) { left = left - time }
}
