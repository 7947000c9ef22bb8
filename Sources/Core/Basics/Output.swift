import Glibc

/// Where text goes at once, without a buffer of the C library in between.
package struct Output: Sendable {
    package static let standard = Output(descriptor: STDOUT_FILENO)
    package static let error = Output(descriptor: STDERR_FILENO)

    package let descriptor: Int32
    /// Readable when there is something more important than writing, such as a signal to end; until
    /// then patience has no end.
    private let interruption: Int32?
    /// How long a reader may take no byte before it is given up; `nil` waits for ever.
    private let patience: Duration?

    /// A pipe takes so much at once or nothing. See pipe(7), PIPE_BUF.
    private static let longestPiece = 4096

    package init(descriptor: Int32, interruption: Int32? = nil, patience: Duration? = nil) {
        self.descriptor = descriptor
        self.interruption = interruption
        self.patience = patience
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes everything; a reader that has gone away is no reason to stop the work.
    ///
    /// - Returns: Whether all of it could be written.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            guard waitForRoom() else { return false }
            let written = rest.prefix(Self.longestPiece).withUnsafeBytes { bytes in
                try? SystemError.check("write") {
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                }
            }
            guard let written else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// - Returns: Whether a write would not wait; `false` when it is better not to try.
    private func waitForRoom() -> Bool {
        guard let patience else { return true }
        if let interruption {
            var requests = [
                pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
            ]
            poll(&requests, nfds_t(requests.count), -1)
            if requests[0].revents != 0 { return true }
        }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, Int32(clamping: patience.nanoseconds / 1_000_000)) > 0
    }
}
