import Glibc
import Testing

/// How a program is started: with which descriptors, and in a session of its own or not.
struct SpawnPlan {
    /// What becomes the program's descriptors 0, 1, 2.
    var descriptors: [Int32] = []
    /// A terminal that becomes the program's, with all three descriptors, in a session of its own.
    var terminal: String?

    /// `POSIX_SPAWN_SETSID` of <spawn.h>, which is not visible here.
    private static let setSession: Int32 = 0x80

    func spawn(
        _ path: String,
        _ arguments: [String],
        changing changes: [String: String?] = [:]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        if let terminal {
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        }
        var attributes = attributes()
        defer { posix_spawnattr_destroy(&attributes) }
        let environment = Self.environment(changing: changes)
        var pid: pid_t = 0
        let number = Self.withStrings([path] + arguments) { arguments in
            Self.withStrings(environment) { environment in
                posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
            }
        }
        try #require(number == 0, "\(path): \(String(cString: strerror(number)))")
        return pid
    }

    /// The threads that run tests block signals and ignore some; a program must not inherit that.
    private func attributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let session = terminal == nil ? 0 : Self.setSession
        posix_spawnattr_setflags(
            &attributes,
            Int16(Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | session)
        )
        return attributes
    }

    private static func environment(changing changes: [String: String?]) -> [String] {
        var variables = Child.environment
        // What would change how a program looks or where it thinks it runs.
        for name in [
            "NO_COLOR", "TMUX", "TMUX_PANE", "LANG", "LC_CTYPE", "COLUMNS", "LINES", "ENV",
        ] {
            variables[name] = nil
        }
        variables["LC_ALL"] = "C.UTF-8"
        variables["TERM"] = "xterm-256color"
        // The settings of whoever runs the tests are nothing to the tests.
        variables["SIGNALBOX_CONFIG"] = ""
        // The runtime's own report would delay a crash by seconds.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        for (name, value) in changes { variables[name] = value }
        return variables.map { "\($0.key)=\($0.value)" }
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
