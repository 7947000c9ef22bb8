import Core
import Glibc

/// Producers and consumers in processes of their own, which put and take items over TCP.
final class LaunchedClients: OwnClients {
    /// How many of them, and what each does.
    struct Plan: Equatable {
        var producers = 2
        var consumers = 2
        var items: Int
        var interval: String
        var pause: String
        var seed: UInt64
        /// What the clients show to the server, where it wants that.
        var tokenFile: String?
    }

    /// A client that is asked to end has nothing to finish but a line.
    private static let patience = Duration.seconds(2)

    private let plan: Plan
    private let program: String
    private let host: String
    private var children: ChildProcesses?

    /// - Parameters:
    ///   - plan: What to start.
    ///   - program: The path of `signalbox-device`.
    ///   - host: The name or address that the server listens on.
    init(_ plan: Plan, program: String, host: String) {
        self.plan = plan
        self.program = program
        self.host = host
    }

    func start(sendingTo server: Server) {
        let changes = server.engine.changes
        let children = ChildProcesses(whenNews: { changes.wake() })
        self.children = children
        for command in commands(port: server.addresses.first?.port ?? 0) {
            children.start(command)
        }
    }

    /// One for each client, the producers first.
    func commands(port: UInt16) -> [ChildProcess.Command] {
        let all =
            (0..<plan.producers).map { ("produce", "P", $0 + 1) }
            + (0..<plan.consumers).map { ("consume", "C", $0 + 1) }
        return all.enumerated().map { number, client in
            let (verb, letter, id) = client
            let seed = plan.seed &+ UInt64(number)
            return ChildProcess.Command(
                name: "\(letter)\(id)",
                path: program,
                arguments: [
                    verb, host, "\(port)", "--id", "\(id)", "--items", "\(plan.items)",
                    "--interval", plan.interval, "--pause", plan.pause, "--seed", "\(seed)",
                    "--launched-by", "\(getpid())",
                ] + (plan.tokenFile.map { ["--token-file", $0] } ?? [])
            )
        }
    }

    func areDone(_ server: Server) -> Bool { children.map { !$0.isRunning } ?? true }

    func stop() { children?.stop(patience: Self.patience) }

    func takeRemarks() -> [String] { children?.takeLines() ?? [] }

    var lastWords: [String] { children?.report ?? [] }

    /// Where `signalbox-device` is: beside this program.
    ///
    /// - Throws: A `StartError` that says where it was looked for.
    static func findProgram() throws -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &bytes, bytes.count)
        let own = String(decoding: bytes[..<max(0, length)], as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[...$0] } ?? ""
        return try program(in: String(folder))
    }

    static func program(in folder: String) throws -> String {
        let path = "\(folder)signalbox-device"
        guard access(path, X_OK) == 0 else {
            throw StartError(
                "launch needs signalbox-device beside signalbox, and there is no program at \(path)"
            )
        }
        return path
    }
}
