import Foundation
import Testing

@testable import Dashboard

/// A config file that goes with its owner.
private final class ScratchConfig {
    let path: String

    init(_ text: String) throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "signalbox-config-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        path = file.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func config(_ words: String...) throws -> Config {
        try Config(words, ["SIGNALBOX_CONFIG": path])
    }
}

@Suite("The config file", .timeLimit(.minutes(5)))
struct ConfigTests {
    private func arguments(_ text: String, _ words: [String]) throws -> [String] {
        let scratch = try ScratchConfig(text)
        return try Config(words, ["SIGNALBOX_CONFIG": scratch.path]).arguments
    }

    /// Why the text is refused, without the file's name.
    private func refusal(of text: String) throws -> String {
        let scratch = try ScratchConfig(text)
        do {
            _ = try scratch.config("serve")
            return ""
        } catch {
            #expect("\(error)".hasPrefix(scratch.path))
            return "\(error)".replacing(scratch.path, with: "config")
        }
    }

    @Test("its settings stand before those of the command line, which win")
    func order() throws {
        let text = "capacity = 3\ntheme = monochrome\nascii = true\n"

        let words = try arguments(text, ["serve", "127.0.0.1", "--capacity", "9", "--no-ascii"])
        let command = try #require(try Signalbox.parseAsRoot(words) as? ServeCommand)

        #expect(words.prefix(4) == ["serve", "--capacity=3", "--theme=monochrome", "--ascii"])
        #expect(command.engine.capacity == 9 && command.address == "127.0.0.1")
        #expect(command.output.looks.theme.name == "monochrome" && !command.output.looks.ascii)
    }

    @Test("the command that nobody names takes its settings too")
    func defaultCommand() throws {
        let words = try arguments("capacity = 3", ["localhost", "0"])
        let command = try #require(try Signalbox.parseAsRoot(words) as? ServeCommand)

        #expect(command.engine.capacity == 3 && command.port == 0)
    }

    @Test(
        "settings that need each other may be there together",
        arguments: [
            "tls-cert = a.pem\ntls-key = a.key\ntls-ca = ca.pem",
            "token-for-all = true\ntoken-file = token",
            "also = 5556=left\nmailbox = left:3",
            "mailbox = left:3\nmailbox = right:0\nalso = 5556=right\nalso = 5557",
        ]
    )
    func together(text: String) throws {
        let words = try arguments(text, ["serve"])

        #expect(words.count == 1 + text.split(separator: "\n").count)
        #expect(throws: Never.self) { try Signalbox.parseAsRoot(words) }
    }

    @Test("one of them alone is refused, and so is a mailbox that is there twice")
    func alone() throws {
        #expect(try refusal(of: "tls-cert = a").contains("line 1: tls-cert: --tls-cert and"))
        #expect(try refusal(of: "tls-key = k\ntls-cert = a\nfps = x").contains("line 3: fps:"))
        let twice = try refusal(of: "mailbox = left:3\nmailbox = left:4")
        #expect(twice.contains("there is a mailbox left already"))
    }

    @Test("typed mailboxes and ports stand in place of the file's")
    func typedMailboxes() throws {
        let text = "mailbox = left:3\nmailbox = right:3\nalso = 5556\nfps = 10\n"

        let words = try arguments(text, ["serve", "--mailbox", "left:5", "--also=5557"])
        let command = try #require(try Signalbox.parseAsRoot(words) as? ServeCommand)

        #expect(words == ["serve", "--fps=10", "--mailbox", "left:5", "--also=5557"])
        #expect(command.mailboxes.mailboxes == ["left:5"] && command.mailboxes.also == ["5557"])
    }

    @Test("each command takes what it has; a replay only how the screen looks")
    func commands() throws {
        let text = "fps = 10\ncapacity = 3\nmax-devices = 7\n"

        #expect(try arguments(text, ["demo"]) == ["demo", "--fps=10", "--capacity=3"])
        #expect(try arguments(text, ["replay", "a"]) == ["replay", "--fps=10", "a"])
        #expect(try arguments(text, ["explain", "a"]) == ["explain", "a"])
        #expect(try arguments(text, ["serve", "--help"]) == ["serve", "--help"])
        #expect(try arguments(text, ["config"]) == ["config"])
    }

    @Test(
        "what is wrong is refused with file, line, key and what is allowed",
        arguments: [
            ("\ncapacty = 3", ["config, line 2:", "no key 'capacty'", "did you mean capacity?"]),
            ("banana = 3", ["config, line 1:", "no key 'banana'", "signalbox config prints"]),
            ("capacity = 65537", ["line 1: capacity:", "--capacity is 0 to 65536, not 65537"]),
            ("fps = fast", ["line 1: fps:", "'fast'", "1 to 60"]),
            ("theme = pink", ["line 1: theme:", "'pink'", "high-contrast", "colour-blind"]),
            ("policy = random", ["line 1: policy:", "fifo", "'random'"]),
            ("ascii = yes", ["line 1: ascii is true or false, not 'yes'"]),
            ("fps = 1\nfps = 2", ["line 2: fps was set already, in line 1"]),
            ("execute = spin\nrate = max", ["config: --execute spin really computes"]),
            ("help = true", ["no key 'help'"]),
        ]
    )
    func refused(text: String, parts: [String]) throws {
        let sentence = try refusal(of: text)

        for part in parts { #expect(sentence.contains(part), "\(part) in \(sentence)") }
        #expect(!sentence.contains("\n"))
    }

    @Test("the template lists every option, and changes nothing when it is read")
    func template() throws {
        let text = ConfigTemplate.text(for: nil)

        let words = try arguments(text, ["serve"])
        let plain = try #require(try Signalbox.parseAsRoot(["serve"]) as? ServeCommand)
        let read = try #require(try Signalbox.parseAsRoot(words) as? ServeCommand)

        for key in CommandTable.ofServe.settings.compactMap(\.name) {
            #expect(text.contains("\n\(key) = ") || text.contains("\n# \(key) ="), "\(key)")
        }
        #expect(words.count > 10)
        #expect(String(describing: read) == String(describing: plain))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("every key of the template that has a value can be set to it")
    func ownDefaults() throws {
        for line in ConfigTemplate.text(for: nil).split(separator: "\n") where line.first != "#" {
            #expect(throws: Never.self, "\(line)") { try arguments(String(line), ["serve"]) }
        }
    }
}

@Suite("Where the config file is")
struct ConfigLocationTests {
    @Test(
        "XDG_CONFIG_HOME, then ~/.config; SIGNALBOX_CONFIG before both",
        arguments: [
            (["HOME": "/h"], "/h/.config/signalbox/config"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], "/x/signalbox/config"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "relative"], "/h/.config/signalbox/config"),
            (["HOME": "/h", "XDG_CONFIG_HOME": ""], "/h/.config/signalbox/config"),
            (["HOME": "/h", "SIGNALBOX_CONFIG": "mine"], "mine"),
            (["HOME": "/h", "SIGNALBOX_CONFIG": ""], nil), ([:], nil), (["HOME": ""], nil),
        ] as [([String: String], String?)]
    )
    func place(environment: [String: String], path: String?) {
        #expect(ConfigLocation(environment)?.path == path)
    }

    @Test("a file that is not there is fine, unless the user named it")
    func missing() throws {
        let folder = "/nonexistent-\(UUID().uuidString)"

        let config = try Config(["serve"], ["XDG_CONFIG_HOME": folder])

        #expect(config.arguments == ["serve"] && config.source == nil)
        #expect(throws: ConfigError.self) {
            try Config(["serve"], ["SIGNALBOX_CONFIG": folder])
        }
    }

    @Test("a folder in its place is an error with its name")
    func folder() {
        let error = #expect(throws: ConfigError.self) {
            try Config(["serve"], ["SIGNALBOX_CONFIG": "/"])
        }
        #expect(error?.description.hasPrefix("/: read failed") == true)
    }
}
