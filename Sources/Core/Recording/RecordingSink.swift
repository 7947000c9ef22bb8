import Glibc

/// Where a recorder writes: a file, or whatever takes bytes.
package struct RecordingSink: Sendable {
    /// Writes all of it, or says why not.
    let write: @Sendable (UnsafeRawBufferPointer) -> SystemError?
    /// The run is over: from now on a reader who takes nothing is given up.
    let hurry: @Sendable () -> Void

    /// A pipe's reader may be busy with what it has read.
    private static let patience = Duration.seconds(2)

    package init(_ write: @escaping @Sendable (UnsafeRawBufferPointer) -> SystemError?) {
        self.write = write
        hurry = {}
    }

    /// A new file; one that is there under this name is written over.
    ///
    /// A pipe's reader is waited for, as long as nobody is in a hurry.
    package init(creating path: String) throws(SystemError) {
        let file = OpenFile(try NewFile.open(path))
        let end = ChangeSignal()
        // The log may go into the same pipe: who finds it full all the same does not wait in write(2).
        _ = try SystemError.check("fcntl") {
            fcntl(file.descriptor, F_SETFL, O_WRONLY | O_NONBLOCK)
        }
        write = { bytes in
            Output(
                descriptor: file.descriptor,
                interruption: end.descriptor,
                patience: Self.patience
            ).write(bytes)
        }
        hurry = { end.wake() }
    }
}

/// Closes a file when nobody uses it any more.
private final class OpenFile: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
