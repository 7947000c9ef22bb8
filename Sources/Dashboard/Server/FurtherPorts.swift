import Core

/// The sockets of a server's ports beside the main one, and which mailbox is meant at each.
struct FurtherPorts {
    /// One for each address and port.
    private(set) var sockets: [DatagramSocket] = []
    /// Those that were asked for, with the numbers that the system gave.
    private(set) var ports: [MailboxPlan.Port] = []
    private var places: [Range<Int>] = []

    /// Binds them.
    ///
    /// - Parameters:
    ///   - wanted: Which.
    ///   - address: A name or an address.
    ///   - isOpen: Whether it may be one that other machines can reach.
    /// - Throws: A `TransportError` where the address cannot be used.
    init(_ wanted: [MailboxPlan.Port], on address: String, isOpen: Bool) throws {
        for var port in wanted {
            let bound = try DatagramSocket.listen(on: address, port: port.number, open: isOpen)
            port.number = bound.first?.address.port ?? port.number
            places.append(sockets.count..<sockets.count + bound.count)
            sockets += bound
            ports.append(port)
        }
    }

    /// The ports where another mailbox than the standard one is meant.
    var mailboxOfPort: [UInt16: String] {
        ports.filter { $0.mailbox != Mailboxes.standardName }
            .reduce(into: [:]) { $0[$1.number] = $1.mailbox }
    }

    func addresses(of mailbox: String) -> [SocketAddress] {
        zip(ports, places).filter { $0.0.mailbox == mailbox }
            .flatMap { sockets[$0.1].map(\.address) }
    }

    /// How the server's first line names them; empty where there are none.
    var words: String {
        ports.map { port in
            let isStandard = port.mailbox == Mailboxes.standardName
            return ", also \(port.number)" + (isStandard ? "" : " for \(port.mailbox)")
        }.joined()
    }
}
