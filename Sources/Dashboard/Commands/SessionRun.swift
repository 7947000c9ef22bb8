import Core

/// What a session runs: an engine with whatever brings it jobs, from start to summary. Main thread.
protocol SessionRun: AnyObject {
    /// The engine, its clock and the facts about it; to be asked before `start`.
    var watched: Watched { get }
    /// What is printed first where there is no screen; a whole line or several.
    var opening: String { get }
    func start()
    /// Whether it is over without a screen, beside its engine's being complete; with one, the user
    /// decides, unless `watched.isOver` says so too.
    var isOver: Bool { get }
    /// Ends everything and waits for it.
    func stop() -> SessionEnding
}

/// How a run ended.
struct SessionEnding {
    /// Printed last; whole lines.
    let text: String
    /// Whether nothing was lost, doubled or left undone.
    let isSound: Bool
}

/// A server, and clients where some come with it, as in the demo.
final class ServerRun: SessionRun {
    private let server: Server
    private let clients: (any OwnClients)?

    init(_ server: Server, clients: (any OwnClients)?) {
        self.server = server
        self.clients = clients
    }

    var watched: Watched {
        var watched = server.watched
        watched.takeRemarks = { [clients] in clients?.takeRemarks() ?? [] }
        return watched
    }

    var opening: String { "listening on \(server.endpoint) udp tcp\(server.furtherPorts)\n" }

    func start() {
        server.start()
        clients?.start(sendingTo: server)
    }

    var isOver: Bool { clients?.areDone(server) ?? false }

    func stop() -> SessionEnding {
        clients?.stop()
        let summary = server.stop()
        let words = (clients?.lastWords ?? []).map { $0 + "\n" }.joined()
        return SessionEnding(text: summary.text + words, isSound: summary.isSound)
    }
}
