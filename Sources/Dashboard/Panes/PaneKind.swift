/// The panes of the dashboard, in the order in which tab visits them.
enum PaneKind: String, CaseIterable {
    case buffer, semaphores, devices, threads, program, times, verdict, log, lesson

    /// Those that can be moved in.
    static let focusable: [PaneKind] = [.devices, .threads, .log]
}
