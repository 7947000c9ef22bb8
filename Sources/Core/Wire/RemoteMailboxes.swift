/// The arguments of PUT (`sbx_put`).
package struct RemotePut: Equatable, Sendable, XDREncodable {
    /// Empty for the one that is meant where none is named.
    package var mailbox: String
    package var submit: RemoteSubmit

    package init(_ mailbox: String, _ submit: RemoteSubmit) {
        self.mailbox = mailbox
        self.submit = submit
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.string(mailbox)
        submit.encode(to: &encoder)
    }
}

/// The arguments of PUT as they lie in the message.
package struct RemotePutView: XDRDecodable {
    package let mailbox: String
    package let submit: RemoteSubmitView

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        mailbox = try decoder.string("the mailbox", limit: RemoteProgram.longestName)
        submit = try RemoteSubmitView(from: &decoder)
    }
}

/// The arguments of GET (`sbx_get`).
package struct RemoteGet: Equatable, Sendable, XDREncodable, XDRDecodable {
    /// Empty for the one that is meant where none is named.
    package var mailbox: String
    /// How long to wait for a job; 0 does not block.
    package var waitMilliseconds: UInt32

    package init(_ mailbox: String, waitMilliseconds: UInt32 = 0) {
        self.mailbox = mailbox
        self.waitMilliseconds = waitMilliseconds
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        mailbox = try decoder.string("the mailbox", limit: RemoteProgram.longestName)
        waitMilliseconds = try decoder.unsignedInt("the time to wait")
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.string(mailbox)
        encoder.unsignedInt(waitMilliseconds)
    }
}

/// A mailbox as MAILBOXES tells of it (`sbx_mailbox`).
package struct RemoteMailbox: Equatable, Sendable, XDREncodable, XDRDecodable {
    package static let mostDestinations = 16

    package var name: String
    package var counts: RemoteCounts
    package var destinations: [Destination]

    package init(name: String, counts: RemoteCounts, destinations: [Destination]) {
        self.name = name
        self.counts = counts
        self.destinations = destinations
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        name = try decoder.string("the mailbox", limit: RemoteProgram.longestName)
        counts = try RemoteCounts(from: &decoder)
        destinations = try decoder.array("the destinations", limit: Self.mostDestinations) {
            decoder throws(XDRError) in
            try Destination(from: &decoder)
        }
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.string(name)
        counts.encode(to: &encoder)
        encoder.array(destinations) { $1.encode(to: &$0) }
    }
}

/// The result of MAILBOXES (`sbx_mailboxes`).
package struct RemoteMailboxes: Equatable, Sendable, XDREncodable, XDRDecodable {
    package static let most = 32

    /// How many there are; one reply may have room for fewer.
    package var total: UInt32
    /// The one that is meant where none is named comes first.
    package var mailboxes: [RemoteMailbox]

    package init(total: UInt32, _ mailboxes: [RemoteMailbox]) {
        self.total = total
        self.mailboxes = mailboxes
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        total = try decoder.unsignedInt("the number of mailboxes")
        mailboxes = try decoder.array("the mailboxes", limit: Self.most) {
            decoder throws(XDRError) in
            try RemoteMailbox(from: &decoder)
        }
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.unsignedInt(total)
        encoder.array(mailboxes) { $1.encode(to: &$0) }
    }
}
