import Core
import Glibc

/// Where text goes at once, without a buffer of the C library in between.
struct Output {
    static let standard = Output(descriptor: STDOUT_FILENO)
    static let error = Output(descriptor: STDERR_FILENO)

    let descriptor: Int32

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes everything; a reader that has gone away is no reason to stop sending jobs.
    func write(_ text: String) {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                try? SystemError.check("write") {
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                }
            }
            guard let written else { return }
            rest = rest.dropFirst(written)
        }
    }
}
