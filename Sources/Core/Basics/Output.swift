import Glibc

/// Where text goes at once, without a buffer of the C library in between.
package struct Output: Sendable {
    package static let standard = Output(descriptor: STDOUT_FILENO)
    package static let error = Output(descriptor: STDERR_FILENO)

    package let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes everything; a reader that has gone away is no reason to stop the work.
    ///
    /// - Returns: Whether all of it could be written.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                try? SystemError.check("write") {
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                }
            }
            guard let written else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
