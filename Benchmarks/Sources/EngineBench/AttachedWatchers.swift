import Core
import Foundation
import Glibc
import Synchronization

/// Watchers of an engine, connected over loopback to the real event loop: all read what comes and
/// throw it away, but the first, which never reads.
final class AttachedWatchers: Sendable {
    private let network: Network
    private let thread: SystemThread
    private let isOver: Over
    private let bytes: Count

    private final class Over: Sendable {
        let value = Atomic(false)
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Connects and returns when every watcher has been told something.
    ///
    /// - Parameters:
    ///   - count: How many; with none there is still a server.
    ///   - engine: Whom they watch.
    ///   - settings: The engine's.
    ///   - clock: The engine's.
    /// - Throws: Where there is no port or no connection to be had.
    init(
        _ count: Int,
        of engine: Engine,
        _ settings: EngineSettings,
        clock: SystemClock
    ) throws {
        var limits = Network.Settings()
        limits.watchers = count
        limits.limits.connections = count + 8
        let network = Network(
            [MailboxEngine(name: Mailboxes.standardName, engine: engine, destinations: [])],
            devices: DeviceTable(limit: 100),
            limits,
            watched: [
                WatchSource(
                    engine,
                    settings: settings,
                    began: WallTime(origin: clock),
                    nameOfDevice: { "\($0.index)" },
                    counters: { WatchCounters() }
                )
            ],
            report: { _ in ServerReport() }
        )
        let address = try Self.listen(network)
        var sockets: [StreamSocket] = []
        for place in 0..<count {
            // Little is kept for the one that never reads, so that it stalls in the shortest run.
            let socket = try StreamSocket(connecting: address, room: place == 0 ? 2048 : nil)
            try socket.waitUntilConnected(atMost: .seconds(5))
            let request = "GET /watch HTTP/1.1\r\nHost: \(address)\r\n\r\n"
            try socket.send(Array(request.utf8), atMost: .seconds(5))
            guard try socket.waitUntilReadable(atMost: .seconds(5)) else {
                throw SystemError("watch", number: ETIMEDOUT)
            }
            sockets.append(socket)
        }
        let (isOver, bytes, readers) = (Over(), Count(), sockets)
        self.network = network
        self.isOver = isOver
        self.bytes = bytes
        thread = SystemThread(name: "watchers") {
            while !isOver.value.load(ordering: .relaxed), !readers.isEmpty {
                for socket in readers.dropFirst() {
                    while let part = try? socket.receive(), !part.isEmpty {
                        bytes.value.add(part.count, ordering: .relaxed)
                    }
                }
                usleep(50_000)
            }
        }
    }

    /// Frames that the watchers who read got, and that the one who does not read did not get.
    var frames: (sent: Int, skipped: Int) {
        let rows = network.watchers
        return (rows.reduce(0) { $0 + $1.sent }, rows.reduce(0) { $0 + $1.skipped })
    }

    /// The system chooses a port that is free for UDP; for TCP it may be taken.
    private static func listen(_ network: Network) throws -> SocketAddress {
        var attempt = 1
        while true {
            let sockets = try DatagramSocket.listen(on: "127.0.0.1", port: 0, open: false)
            let address = sockets[0].address
            do {
                try network.listen(on: [address])
                return address
            } catch TransportError.portTaken where attempt < 64 {
                attempt += 1
            }
        }
    }

    /// - Returns: How many bytes were read.
    func finish() -> Int {
        isOver.value.store(true, ordering: .relaxed)
        thread.join()
        _ = network.finish()
        return bytes.value.load(ordering: .relaxed)
    }
}
