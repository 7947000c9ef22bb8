import Glibc

/// Where a recorder writes: a file, or whatever takes bytes.
package struct RecordingSink: Sendable {
    /// Writes all of it, or says why not.
    let write: @Sendable (UnsafeRawBufferPointer) -> SystemError?

    package init(_ write: @escaping @Sendable (UnsafeRawBufferPointer) -> SystemError?) {
        self.write = write
    }

    /// A descriptor that stays open as long as anybody may write.
    package init(descriptor: Int32) {
        self.init { bytes in
            var rest = bytes
            do throws(SystemError) {
                while !rest.isEmpty {
                    let count = try SystemError.check("write") {
                        Glibc.write(descriptor, rest.baseAddress, rest.count)
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            } catch {
                return error
            }
            return nil
        }
    }

    /// A new file; one that is there under this name is written over.
    package init(creating path: String) throws(SystemError) {
        let file = OpenFile(try NewFile.open(path))
        self.init { RecordingSink(descriptor: file.descriptor).write($0) }
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
