import Core

/// The mailboxes of a server, to choose the one whose picture the screen shows.
struct MailboxList: Equatable {
    /// One mailbox now.
    struct Row: Equatable {
        let name: String
        var counts: BufferCounts
        var isPaused = false
        /// By what messages for it can be addressed.
        var destinations: [Destination] = []
    }

    /// The default one first.
    var rows: [Row] = []
    /// Which row is selected.
    var cursor = 0
    /// Which one the screen shows.
    var shown = 0

    var selected: Row? { rows.indices.contains(cursor) ? rows[cursor] : nil }

    /// What the title says; `nil` where there is but one.
    var title: String? {
        rows.count > 1 && rows.indices.contains(shown) ? "mailbox \(rows[shown].name)" : nil
    }

    /// Moves the cursor, within the rows.
    mutating func move(to row: Int) { cursor = max(0, min(row, rows.count - 1)) }
}

extension DashboardModel {
    /// Opens the page of the mailboxes, with the one that is shown selected.
    mutating func openMailboxes() {
        guard !mailboxes.rows.isEmpty else {
            notice = "there is one buffer here, and no mailbox beside it"
            return
        }
        mailboxes.cursor = mailboxes.shown
        panel = .mailboxes
    }

    /// What a key does on that page.
    ///
    /// - Returns: `nil` where it is for somebody else.
    mutating func pressInMailboxes(_ key: KeyBinding.Action) -> [Effect]? {
        guard panel == .mailboxes, !isHelpShown else { return nil }
        switch key {
        case .down: mailboxes.move(to: mailboxes.cursor + 1)
        case .up: mailboxes.move(to: mailboxes.cursor - 1)
        case .first: mailboxes.move(to: 0)
        case .last: mailboxes.move(to: mailboxes.rows.count - 1)
        case .stepSelected:
            panel = nil
            return mailboxes.cursor == mailboxes.shown ? [] : [.showMailbox(mailboxes.cursor)]
        default: return nil
        }
        return []
    }
}
