import ArgumentParser

/// The config file of somebody who has changed nothing: every key with its default, to be edited.
enum ConfigTemplate {
    private static let width = 98

    /// - Parameter path: Where to save it.
    /// - Returns: Its text, which changes nothing when it is read.
    static func text(for path: String?) -> String {
        let head =
            "Settings of signalbox, as they are without this file."
            + (path.map { " To change some, save it as \($0) and edit it." } ?? "")
            + " A line is key = value; the keys are the options of signalbox serve, and what is"
            + " typed on the command line wins. SIGNALBOX_CONFIG=FILE reads another file,"
            + " SIGNALBOX_CONFIG= reads none."
        var lines = comment(head)
        var section: String?
        for option in CommandTable.ofServe.settings {
            if let title = option.sectionTitle, title != section {
                section = title
                lines += ["", "", "# \(title)"]
            }
            lines += [""] + comment(option.abstract ?? "") + [setting(option)]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func comment(_ text: String) -> [String] {
        wrapped(text, to: width).map { "# \($0)" }
    }

    /// A key without a default stays a comment.
    private static func setting(_ option: CommandTable.Option) -> String {
        let key = option.name ?? ""
        if option.kind == .flag { return "\(key) = \(option.defaultValue == "--\(key)")" }
        return option.defaultValue.map { "\(key) = \($0)" } ?? "# \(key) ="
    }
}
