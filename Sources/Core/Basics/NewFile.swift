import Glibc

/// Where a program writes what it was told to keep.
package enum NewFile {
    /// Opens a file to be written; one that is there under this name is written over.
    ///
    /// A pipe that nobody reads is an error: to wait for its reader would be to hear no signal.
    package static func open(_ path: String) throws(SystemError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK
        let descriptor = try SystemError.check("open") { Glibc.open(path, flags, 0o644) }
        _ = try SystemError.check("fcntl") { fcntl(descriptor, F_SETFL, O_WRONLY) }
        return descriptor
    }
}
