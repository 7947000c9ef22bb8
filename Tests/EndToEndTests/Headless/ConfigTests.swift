import Foundation
import Testing

extension HeadlessTests {
    @Suite("The config file of the real program")
    struct ConfigTests {
        /// A folder for `XDG_CONFIG_HOME`, with `signalbox/config` in it.
        private final class Folder {
            let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString)"

            init(_ text: String) throws {
                let folder = path + "/signalbox"
                try FileManager.default.createDirectory(
                    atPath: folder,
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: URL(filePath: folder + "/config"))
            }

            deinit { try? FileManager.default.removeItem(atPath: path) }
        }

        private func run(_ arguments: [String], in folder: Folder) throws -> Child {
            try Child(
                BuiltProgram.signalbox.path,
                arguments,
                changing: ["XDG_CONFIG_HOME": folder.path, "SIGNALBOX_CONFIG": nil]
            )
        }

        @Test("is read from XDG_CONFIG_HOME, for the demo too, and the command line wins")
        func reads() async throws {
            let folder = try Folder("log-format = none\nrate = max\nseed = 7 # mine\n")

            let child = try run(
                ["demo", "--jobs", "2", "--devices", "2", "--rate", "max"],
                in: folder
            )
            let end = try await child.waitForEnd()

            #expect(end == .exited(0))
            #expect(!child.text.contains("inserted") && child.text.contains("Jobs: 4 done"))
        }

        @Test(
            "what is wrong with it ends the program with 2 and a sentence that says where",
            arguments: [
                (
                    "\ncapacty = 3",
                    "/signalbox/config, line 2: there is no key 'capacty'; did you mean"
                ),
                ("capacity = many", "/signalbox/config, line 1: capacity: "),
                ("fps = 1\nfps = 2", "/signalbox/config, line 2: fps was set already, in line 1"),
                ("execute = spin\nrate = max", "/signalbox/config: --execute spin"),
            ]
        )
        func refuses(text: String, sentence: String) async throws {
            let folder = try Folder(text)

            let child = try run(["serve", "127.0.0.1", "0", "--headless"], in: folder)
            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            #expect(child.text.isEmpty)
            #expect(child.errorText.contains(sentence), "\(child.errorText)")
        }

        @Test("what it contradicts on the command line is said, and where it comes from")
        func contradicts() async throws {
            let folder = try Folder("execute = spin\n")

            let child = try run(["serve", "--headless", "--rate", "max"], in: folder)
            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            #expect(child.errorText.contains("--execute spin"))
            #expect(child.errorText.contains("Settings were also read from \(folder.path)"))
        }

        @Test("signalbox config prints a file that can be saved, and --path where it belongs")
        func prints() async throws {
            let folder = try Folder("broken")

            let template = try run(["config"], in: folder)
            let first = try await template.waitForEnd()
            let place = try run(["config", "--path"], in: folder)
            let second = try await place.waitForEnd()

            #expect(first == .exited(0) && second == .exited(0))
            #expect(template.text.contains("\ncapacity = 15\n"))
            #expect(place.text == "\(folder.path)/signalbox/config\n")
            let saved = try Folder(template.text)
            let child = try run(
                ["demo", "--jobs", "1", "--devices", "1", "--rate", "max"],
                in: saved
            )
            #expect(try await child.waitForEnd() == .exited(0), "\(child.errorText)")
        }

        @Test("an unknown theme is a usage error that lists the themes")
        func theme() async throws {
            let child = try Child(.signalbox, "serve", "--headless", "--theme", "pink")
            let end = try await child.waitForEnd()

            #expect(end == .exited(2))
            for name in ["default", "high-contrast", "monochrome", "colour-blind"] {
                #expect(child.errorText.contains(name), "\(child.errorText)")
            }
        }
    }
}
