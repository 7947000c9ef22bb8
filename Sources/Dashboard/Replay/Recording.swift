import Core

/// A recording that a command was given, read and ready to be looked at.
struct Recording {
    let path: String
    let run: RecordedRun
    let film: Film

    /// - Throws: A `StartError` that names the file, the line and the reason.
    init(_ path: String) throws {
        self.path = path
        do {
            run = try RecordedRun(contentsOf: path)
        } catch {
            throw StartError("\(path): \(error)")
        }
        let devices = run.devices
        film = Film(
            timeline: run.timeline,
            isStrict: run.header.service == KernelSettings.Service.strict.rawValue,
            nameOfDevice: { devices.name(of: $0) },
            wallClock: WallClock(run.header.began)
        )
    }

    /// What a user should know before believing it; `nil` when it is whole.
    var caution: String? {
        if run.isTorn { return "\(path): its last line is torn and was left out" }
        return run.hasEnded ? nil : "\(path): it has no end; the run was cut off"
    }

    /// What the title says about the engine.
    var setup: DashboardModel.Setup {
        let threads = run.timeline.lastState.threads
        return DashboardModel.Setup(
            source: path.split(separator: "/").last.map(String.init) ?? path,
            netcat: nil,
            // Only for the order in which jobs stand in the buffer's pane.
            policy: run.header.chosenPolicy,
            producers: threads.count { $0.role == .producer },
            consumers: threads.count { $0.role == .consumer },
            execution: KernelSettings.Execution(rawValue: run.header.execution) ?? .sleep,
            nameOfDevice: film.nameOfDevice
        )
    }
}
