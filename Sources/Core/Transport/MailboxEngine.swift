/// A mailbox as the server runs it: its name, the engine whose buffer it is, and by what messages for
/// it can be addressed.
package struct MailboxEngine: Sendable {
    package let name: String
    package let engine: Engine
    package let destinations: [Destination]

    package init(name: String, engine: Engine, destinations: [Destination] = []) {
        self.name = name
        self.engine = engine
        self.destinations = destinations
    }
}
