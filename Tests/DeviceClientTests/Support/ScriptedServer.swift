import Core
import Glibc
import Testing

/// A TCP server on loopback that does with each connection, one after another, what a test says.
final class ScriptedServer: Sendable {
    /// One client's connection; closed when the script returns.
    struct Connection: Sendable {
        let descriptor: Int32

        /// What has come at the next read; empty at the end.
        func read() -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let length = recv(descriptor, &bytes, bytes.count, 0)
            return Array(bytes[..<max(0, length)])
        }

        /// Everything up to and with the text, or to the end.
        func read(until end: String) -> String {
            var bytes: [UInt8] = []
            while !bytes.ends(with: end.utf8) {
                let more = read()
                if more.isEmpty { break }
                bytes += more
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// Whether somebody still takes it.
        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private struct State {
        var isOver = false
        var connection: Int32?
    }

    let address: SocketAddress
    private let listener: Int32
    private let state = Guarded(State())
    private let thread: SystemThread

    var port: UInt16 { address.port }

    init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let any = SocketAddress.loopback(port: 0)
        try #require(any.withSystemAddress { bind(listener, $0, $1) } == 0)
        try #require(listen(listener, 16) == 0)
        var address = SocketAddress()
        try #require(address.fill { getsockname(listener, $0, $1) } == 0)
        self.address = address
        self.listener = listener
        thread = SystemThread(name: "server") { [state] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                let isOver = state.withLock { state in
                    state.connection = descriptor
                    return state.isOver
                }
                if !isOver { serve(Connection(descriptor: descriptor)) }
                state.withLock { $0.connection = nil }
                close(descriptor)
            }
        }
    }

    /// Ends it, also in the middle of a connection.
    func finish() {
        state.withLock { state in
            state.isOver = true
            if let connection = state.connection { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }
}

extension [UInt8] {
    fileprivate func ends(with end: String.UTF8View) -> Bool {
        suffix(end.count).elementsEqual(end)
    }
}

/// Texts that several threads add to.
final class Lines: Sendable {
    private let texts = Guarded<[String]>([])

    /// Returns the text's number, from 0.
    @discardableResult
    func add(_ text: String) -> Int {
        texts.withLock { texts in
            texts.append(text)
            return texts.count - 1
        }
    }

    var all: [String] { texts.withLock { $0 } }
}
