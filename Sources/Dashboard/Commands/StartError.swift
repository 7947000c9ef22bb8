/// Why a command cannot do its work although its flags are right: a file, or the terminal.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
