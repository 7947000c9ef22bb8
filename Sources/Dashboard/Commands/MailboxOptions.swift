import ArgumentParser
import Core

/// The flags about mailboxes and further ports.
struct MailboxOptions: ParsableArguments {
    @Option(
        name: .customLong("mailbox"),
        help: ArgumentHelp(
            "A further buffer of so many slots, for remote clients only; with 0 they meet. May be"
                + " given \(most) times. Log, recording and --exit-after are the default buffer's.",
            valueName: "name:capacity"
        )
    )
    var mailboxes: [String] = []

    @Option(
        help: ArgumentHelp(
            "Listen on this port too; with a name, what comes in there and names no mailbox is for"
                + " that one. May be given \(most) times.",
            valueName: "port[=mailbox]"
        )
    )
    var also: [String] = []

    /// As many as a reply to a remote call can list, beside the default one.
    private static let most = 31
    private static let capacities = 0...65_536

    func validate() throws { _ = try plan() }

    /// What they say, and which group is told.
    func plan(_ discovery: DiscoveryOptions) throws -> MailboxPlan {
        var plan = try plan()
        guard discovery.group != nil else { return plan }
        let address = GroupListener.address
        plan.group = "\(address.host) \(address.port) \(discovery.groupName)"
        return plan
    }

    /// What they say.
    func plan() throws -> MailboxPlan {
        guard mailboxes.count <= Self.most, also.count <= Self.most else {
            throw ValidationError("--mailbox and --also may be given \(Self.most) times each.")
        }
        var plan = MailboxPlan()
        for text in mailboxes {
            let box = try Self.box(text)
            let names = [Mailboxes.standardName] + plan.boxes.map(\.name)
            guard !names.contains(box.name) else {
                throw ValidationError("--mailbox \(text): there is a mailbox \(box.name) already.")
            }
            plan.boxes.append(box)
        }
        for text in also {
            let port = try Self.port(text, of: plan.boxes)
            guard port.number == 0 || !plan.ports.contains(where: { $0.number == port.number })
            else { throw ValidationError("--also names port \(port.number) twice.") }
            plan.ports.append(port)
        }
        return plan
    }

    private static func box(_ text: String) throws -> MailboxPlan.Box {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, MailboxName.isValid(String(parts[0])), let slots = Int(parts[1])
        else {
            throw ValidationError(
                """
                --mailbox is a name of 1 to \(MailboxName.longest) letters, digits, '-', '_' or \
                '.', a colon and a number of slots, such as left:3, not '\(shown(text))'.
                """
            )
        }
        try EngineOptions.check("--mailbox \(parts[0]): its capacity", slots, capacities)
        return MailboxPlan.Box(name: String(parts[0]), capacity: slots)
    }

    private static func port(
        _ text: String,
        of boxes: [MailboxPlan.Box]
    ) throws -> MailboxPlan.Port {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = UInt16(parts[0]) else {
            throw ValidationError(
                "--also is a port from 0 to 65535, or one and a mailbox such as 5556=left,"
                    + " not '\(shown(text))'."
            )
        }
        guard parts.count == 2 else { return MailboxPlan.Port(number: number) }
        let names = [Mailboxes.standardName] + boxes.map(\.name)
        guard names.contains(String(parts[1])) else {
            throw ValidationError(
                "--also \(number) names the mailbox '\(shown(String(parts[1])))'; there are"
                    + " \(names.joined(separator: ", "))."
            )
        }
        return MailboxPlan.Port(number: number, mailbox: String(parts[1]))
    }

    private static func shown(_ text: String) -> String { Sanitizer.sanitize(text) }
}
