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
        self.patience = Self.isFile(descriptor) ? nil : patience
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The same where nothing interrupts a write any more: from now on patience has an end.
    package var inHurry: Output { Output(descriptor: descriptor, patience: patience) }

    /// Writes everything; a reader that has gone away is no reason to stop the work.
    ///
    /// - Returns: Whether all of it could be written.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) == nil }
    }

    /// Writes everything.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: Why not all of it could be written; `nil` where it could.
    package func write(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var rest = bytes
        while !rest.isEmpty {
            guard waitForRoom() else { return Self.stalled }
            let length = patience == nil ? rest.count : min(rest.count, Self.longestPiece)
            do throws(SystemError) {
                let count = try SystemError.check("write") {
                    Glibc.write(descriptor, rest.baseAddress, length)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } catch {
                // Another writer of the same pipe was there first.
                guard error.number == EAGAIN, patience != nil else { return error }
            }
        }
        return nil
    }

    private static let stalled = SystemError(
        "write",
        number: ETIMEDOUT,
        sentence: "its reader takes nothing any more"
    )

    /// A file takes all at once, and nobody reads it meanwhile.
    private static func isFile(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
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
        var unsent = Self.unsent(descriptor)
        while true {
            let ready = poll(&request, 1, Int32(clamping: patience.nanoseconds / 1_000_000))
            guard ready == 0 else { return ready > 0 }
            // A slow line has no room for seconds, but what waits for it becomes less.
            let before = unsent
            unsent = Self.unsent(descriptor)
            guard unsent < before else { return false }
        }
    }

    /// How many bytes that were written have not left the machine; 0 where the system does not say, as
    /// of pipes. See TIOCOUTQ in ioctl_tty(2), SIOCOUTQ in unix(7).
    static func unsent(_ descriptor: Int32) -> Int32 {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? count : 0
    }
}
