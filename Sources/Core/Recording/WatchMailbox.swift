/// A mailbox of a server that is watched, as far as that never changes.
package struct WatchMailbox: Equatable, Sendable {
    package let name: String
    /// By what messages for it can be addressed, each after its kind, such as `port 5555`.
    package let destinations: [String]

    package init(name: String, destinations: [String] = []) {
        self.name = name
        self.destinations = destinations
    }

    /// How full it is.
    package struct Counts: Equatable, Sendable {
        package var buffer = BufferCounts()
        package var isPaused = false

        package init() {}
    }

    /// How much of them a server may tell.
    package enum Limits {
        package static let mailboxes = 64
        package static let destinations = 256
        package static let destination = 160
    }
}

// MARK: - Lines

extension WatchEncoder {
    mutating func put(_ mailbox: WatchMailbox) {
        begin("mailbox")
        put(",\"name\":", mailbox.name)
        lines.writer.put(",\"destinations\":[")
        for (place, destination) in mailbox.destinations.enumerated() {
            if place > 0 { lines.writer.put(",") }
            lines.writer.put(quoted: destination)
        }
        lines.writer.put("]")
        end()
    }

    mutating func put(_ counts: WatchMailbox.Counts) {
        let buffer = counts.buffer
        begin("counts")
        put(",\"produced\":", buffer.produced)
        put(",\"consumed\":", buffer.consumed)
        put(",\"depth\":", buffer.depth)
        put(",\"capacity\":", buffer.capacity)
        put(",\"empty\":", buffer.empty)
        put(",\"full\":", buffer.full)
        put(",\"waiting_put\":", buffer.waitingPut)
        put(",\"waiting_take\":", buffer.waitingTake)
        put(",\"paused\":", counts.isPaused)
        end()
    }
}

extension WatchMailbox {
    /// - Throws: What is wrong with the line.
    init(_ object: FlatObject) throws(LineProblem) {
        name = try object.mailboxName("name")
        destinations = try object.texts("destinations")
        guard destinations.count <= Limits.destinations else {
            throw .tooMany("destinations", limit: Limits.destinations)
        }
        for text in destinations
        where text.utf8.count > Limits.destination || text.isEmpty || !text.isPrintable {
            throw .badText(field: "destinations", limit: Limits.destination)
        }
    }
}

extension WatchMailbox.Counts {
    /// - Throws: What is wrong with the line.
    init(_ object: FlatObject) throws(LineProblem) {
        buffer.produced = try object.integer("produced", in: 0...WatchDecoder.largestCount)
        buffer.consumed = try object.integer("consumed", in: 0...WatchDecoder.largestCount)
        buffer.depth = try object.count("depth")
        buffer.capacity = try object.count("capacity")
        buffer.empty = try object.count("empty")
        buffer.full = try object.count("full")
        buffer.waitingPut = try object.count("waiting_put")
        buffer.waitingTake = try object.count("waiting_take")
        isPaused = try object.flag("paused")
    }
}

extension FlatObject {
    /// What a mailbox is called; a watcher asks for it under this name.
    func mailboxName(_ name: StaticString) throws(LineProblem) -> String {
        let text = try text(name)
        guard MailboxName.isValid(text) else { throw .notAMailbox(field: "\(name)") }
        return text
    }
}
