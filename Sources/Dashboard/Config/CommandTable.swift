import ArgumentParser
import Foundation

/// The command line as data: commands, their options, and what the help says about each.
///
/// It comes from the parser of the command line itself, so that the config file has the same keys,
/// defaults and words, whatever is added.
struct CommandTable: Decodable {
    let commandName: String
    let defaultSubcommand: String?
    let subcommands: [CommandTable]?
    let arguments: [Option]?

    struct Option: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: Kind
        let names: [Name]?
        let isRepeating: Bool
        let sectionTitle: String?
        let defaultValue: String?
        let abstract: String?

        /// The long name, without the hyphens; `nil` for what has none.
        var name: String? { names?.first { $0.kind == "long" }?.name }
    }

    private struct Dump: Decodable {
        let command: CommandTable
    }

    /// All commands of a program.
    static func of(_ program: any ParsableCommand.Type) -> CommandTable {
        let data = Data(program._dumpHelp().utf8)
        guard let dump = try? JSONDecoder().decode(Dump.self, from: data) else {
            preconditionFailure("the command line's parser describes itself in another form")
        }
        return dump.command
    }

    /// The options that a config file can set: those with a long name and one value, and switches.
    var settings: [Option] {
        let names = Set((arguments ?? []).compactMap(\.name))
        return (arguments ?? []).filter { option in
            guard option.kind != .positional, let name = option.name else { return false }
            let isOpposite = name.hasPrefix("no-") && names.contains(String(name.dropFirst(3)))
            return !isOpposite && name != "help" && name != "version"
        }
    }

    /// The command that these words choose, and how many of them name it.
    func chosen(by words: ArraySlice<String>) -> (command: CommandTable, path: [String]) {
        if let word = words.first, let next = subcommand(word) {
            let (command, path) = next.chosen(by: words.dropFirst())
            return (command, [word] + path)
        }
        guard let next = defaultSubcommand.flatMap(subcommand) else { return (self, []) }
        return (next, [])
    }

    func subcommand(_ name: String) -> CommandTable? {
        subcommands?.first { $0.commandName == name }
    }
}
