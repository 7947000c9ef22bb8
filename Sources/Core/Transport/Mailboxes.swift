/// A named bounded buffer as remote clients reach it.
package struct Mailbox {
    package let name: String
    package let buffer: any RemoteBuffer
    /// By what messages for it can be addressed.
    package let destinations: [Destination]

    package init(name: String, buffer: any RemoteBuffer, destinations: [Destination] = []) {
        self.name = name
        self.buffer = buffer
        self.destinations = destinations
    }
}

/// The server's mailboxes by name; used on the event loop only.
package struct Mailboxes {
    /// The name of the one that there always is.
    package static let standardName = "default"

    /// The one that is meant where none is named.
    package let standard: Mailbox
    /// In the user's order, the standard one first.
    package let all: [Mailbox]
    private let places: [String: Int]

    /// - Parameters:
    ///   - standard: The buffer that is meant where none is named.
    ///   - destinations: By what that one can be addressed.
    ///   - others: Mailboxes with names of their own, each once.
    package init(
        _ standard: any RemoteBuffer,
        destinations: [Destination] = [],
        others: [Mailbox] = []
    ) {
        self.standard = Mailbox(
            name: Self.standardName,
            buffer: standard,
            destinations: destinations
        )
        all = [self.standard] + others
        places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })
    }

    private init(_ others: Mailboxes, meaning standard: Mailbox) {
        self.standard = standard
        (all, places) = (others.all, others.places)
    }

    /// The same mailboxes, as a port of its own sees them: where none is named, another one is meant.
    ///
    /// - Parameter name: Which one.
    /// - Returns: `nil` where no mailbox has this name.
    package func meaning(_ name: String) -> Mailboxes? {
        self[name].map { Mailboxes(self, meaning: $0) }
    }

    /// The mailbox of this name; the empty name means the standard one.
    package subscript(name: String) -> Mailbox? {
        name.isEmpty ? standard : places[name].map { all[$0] }
    }
}
