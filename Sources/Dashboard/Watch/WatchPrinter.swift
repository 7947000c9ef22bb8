import Core
import Glibc
import TerminalUI

/// Follows a server without a screen: one sentence per event on standard output. Main thread.
struct WatchPrinter {
    private let client: WatchClient
    private let name: String
    private let signals: SignalSource
    private let output: Output
    private let look: WatchLook
    private var writer: LogWriter?
    private var isEndTold = false
    /// Why the server cannot be followed.
    private var refusal: String?

    /// - Parameters:
    ///   - client: Not yet started.
    ///   - name: Of the server, as people read it.
    ///   - signals: Those that end it.
    ///   - output: Where the lines go.
    init(_ client: WatchClient, of name: String, signals: SignalSource, output: Output) {
        self.client = client
        self.name = name
        self.signals = signals
        self.output = output
        look = WatchLook(nameOfDevice: { client.name(of: $0) })
    }

    /// Returns when a signal asks for it, or nobody reads any more.
    ///
    /// - Returns: Why the server cannot be followed; `nil` where it could.
    mutating func run() -> String? {
        client.start()
        defer { client.stop() }
        while true {
            client.changes.arm()
            for news in client.take() { take(news) }
            writer?.flush()
            if let refusal { return refusal }
            guard writer?.isIntact ?? true, !isToEnd else { return nil }
        }
    }

    private mutating func take(_ news: WatchClient.News) {
        switch news {
        case .greeted(let greeting):
            let isOther = greeting.mailbox != Mailboxes.standardName
            output.write("watching \(name)\(isOther ? ", mailbox \(greeting.mailbox)" : "")\n")
            isEndTold = false
            guard look.greet(greeting), let run = look.run else { return }
            writer?.flush()
            writer = LogWriter(
                output,
                format: .text,
                sentences: Sentences(nameOfDevice: { [client] in client.name(of: $0) }),
                wallClock: run.wallClock,
                isStrict: run.isStrict,
                whenBroken: {}
            )
        case .frame(let frame, let moment):
            look.take(
                frame,
                at: moment,
                visit: { writer?.add($0, before: $1) },
                gap: { writer?.addGap($0, to: $1) }
            )
            _ = look.look()
        case .lost(let reason, let seconds):
            look.lose()
            writer?.flush()
            if look.hasEnded {
                if !isEndTold { output.write("\(name) has ended\n") }
                isEndTold = true
                return
            }
            output.write("\(WatchView.loss(of: name, reason, retryAfter: seconds))\n")
        case .refused(let reason): refusal = "\(name): \(reason)"
        }
    }

    /// Waits for news or for a reason to end; says whether it was the latter.
    private var isToEnd: Bool {
        var requests = [signals.descriptor, client.changes.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        requests.append(pollfd(fd: STDOUT_FILENO, events: 0, revents: 0))
        poll(&requests, nfds_t(requests.count), -1)
        return signals.next() != nil || requests[2].revents != 0
    }
}
