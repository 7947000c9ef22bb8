/// Clients that the program starts itself, beside its server. Main thread.
protocol OwnClients: AnyObject {
    func start(sendingTo server: Server)
    /// Whether they are done, and what they sent has been dealt with.
    func areDone(_ server: Server) -> Bool
    /// Ends them and waits for each.
    func stop()
    /// What they have said since the last time, for the log.
    func takeRemarks() -> [String]
    /// What is to be said of them after the summary.
    var lastWords: [String] { get }
}
