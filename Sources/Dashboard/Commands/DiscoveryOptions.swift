import ArgumentParser
import Core

/// The flags about how others find the server and hear of it.
struct DiscoveryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let others find the server by multicast DNS through this interface, such as lo or eth0,"
                + " or through all.",
            valueName: "interface"
        )
    )
    var advertise: String?

    @Option(
        help: ArgumentHelp(
            "Tell a group by multicast what happens, through this interface, such as lo or eth0.",
            valueName: "interface"
        )
    )
    var group: String?

    @Option(
        name: .customLong("group-name"),
        help: ArgumentHelp("The group's name.", valueName: "name")
    )
    var groupName = "default"

    func validate() throws {
        guard GroupEvent.isWord(groupName) else {
            throw ValidationError(
                "--group-name is 1 to \(GroupEvent.longestWord) printable ASCII characters without "
                    + "spaces and =, not '\(Sanitizer.sanitize(groupName))'."
            )
        }
    }
}
