import ArgumentParser

/// The user's settings: those of a config file, as options before those of the command line.
///
/// The keys are the long options of `signalbox serve`. An option that is given twice has its last
/// value, so what the user types wins; of one that may be given several times, such as `--mailbox`,
/// the file's lines count only where the user types none.
struct Config {
    /// What to parse instead of the user's arguments.
    private(set) var arguments: [String]
    /// Where settings came from that were added; `nil` when none were.
    private(set) var source: String?

    /// Every command has these keys where it has the option; other keys only those that run a server.
    private static let keysOfTheScreen: Set<String> = ["fps", "ascii", "theme"]
    private static let servers: Set<String> = ["serve", "demo", "launch"]
    private static let helpWords: Set<String> = ["--help", "-h", "help", "--version"]

    /// Reads the file where the environment says it is.
    ///
    /// - Parameters:
    ///   - words: What the user typed, without the program's name.
    ///   - environment: The process's.
    /// - Throws: A `ConfigError` that names file, line and key.
    init(_ words: [String], _ environment: [String: String]) throws(ConfigError) {
        arguments = words
        source = nil
        guard Self.helpWords.isDisjoint(with: words), let location = ConfigLocation(environment)
        else { return }
        let (command, path) = CommandTable.of(Signalbox.self).chosen(by: words[...])
        let keys = Self.keys(of: command)
        guard !keys.isEmpty, let bytes = try location.read() else { return }
        do throws(ConfigError) {
            let repeatable = CommandTable.repeatable
            let entries = try ConfigFile(bytes, repeatable: repeatable).entries
            try Self.check(entries)
            let typed = repeatable.filter { key in
                words.contains { $0 == "--\(key)" || $0.hasPrefix("--\(key)=") }
            }
            let options = entries.filter { keys.contains($0.key) && !typed.contains($0.key) }
                .map(\.option)
            guard !options.isEmpty else { return }
            arguments = path + options + words.dropFirst(path.count)
            source = location.path
        } catch {
            var failure = error
            failure.path = location.path
            throw failure
        }
    }

    private static func keys(of command: CommandTable) -> Set<String> {
        let own = Set(command.settings.compactMap(\.name))
        guard servers.contains(command.commandName) else {
            return own.intersection(keysOfTheScreen)
        }
        // A launched server's own threads would take what its processes are to put and take.
        return command.commandName == "launch" ? own.subtracting(["producers", "consumers"]) : own
    }

    /// Whether `serve` takes each of them, and all together.
    private static func check(_ entries: [ConfigFile.Entry]) throws(ConfigError) {
        let keys = CommandTable.ofServe.settings
        for entry in entries {
            guard let key = keys.first(where: { $0.name == entry.key }) else {
                let nearest = nearestWord(to: entry.key, among: keys.compactMap(\.name))
                throw ConfigError(.unknownKey(entry.key, nearest: nearest), line: entry.line)
            }
            if key.kind == .flag, entry.flag == nil {
                throw ConfigError(.notASwitch(entry.key, value: entry.value), line: entry.line)
            }
        }
        guard let problem = problem(entries) else { return }
        // Some are right only together with others, such as a certificate and its key.
        guard let entry = entries.first(where: { self.problem([$0]) == problem }) else {
            throw ConfigError(.contradiction(problem))
        }
        let help = keys.first { $0.name == entry.key }?.abstract ?? ""
        throw ConfigError(.badValue(entry.key, problem: problem, help: help), line: entry.line)
    }

    /// What `serve` says against them.
    private static func problem(_ entries: [ConfigFile.Entry]) -> String? {
        do {
            _ = try ServeCommand.parse(entries.map(\.option))
            return nil
        } catch {
            return ServeCommand.message(for: error)
        }
    }
}

extension CommandTable {
    /// The options of `signalbox serve`, which are the keys of the config file.
    static var ofServe: CommandTable { of(ServeCommand.self) }
}

extension ConfigFile.Entry {
    /// As a user would type it.
    fileprivate var option: String { flag ?? "--\(key)=\(value)" }

    /// The flag that it stands for; `nil` when it is an option with a value.
    fileprivate var flag: String? {
        let isSwitch = CommandTable.switches.contains(key)
        guard isSwitch else { return nil }
        return value == "true" ? "--\(key)" : value == "false" ? "--no-\(key)" : nil
    }
}

extension CommandTable {
    /// The keys that are true or false.
    fileprivate static let switches = Set(
        ofServe.settings.filter { $0.kind == .flag }.compactMap(\.name)
    )

    /// The keys that may have several lines.
    fileprivate static let repeatable = Set(
        ofServe.settings.filter(\.isRepeating).compactMap(\.name)
    )
}
