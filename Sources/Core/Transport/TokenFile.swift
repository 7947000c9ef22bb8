import Glibc

/// A file whose first line is the token.
package struct TokenFile {
    package let token: Token
    /// Whether other users of this machine can read it.
    package let isExposed: Bool

    /// A file with more before its first line's end is no token's.
    private static let longest = 4096

    /// Reads it.
    ///
    /// - Parameter path: Of the file; spaces at the line's end do not count.
    /// - Throws: Why there is no token, without a byte of it.
    package init(_ path: String) throws(SecretError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            (bytes, isExposed) = try Self.read(path)
        } catch {
            throw SecretError(path, "\(error)")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let blanks = line.reversed().prefix { [0x20, 0x0d, 0x09].contains($0) }.count
        do throws(TokenError) {
            token = try Token(Array(line.dropLast(blanks)))
        } catch {
            throw SecretError(path, "\(error)")
        }
    }

    private static func read(_ path: String) throws(SystemError) -> ([UInt8], Bool) {
        let descriptor = try SystemError.check("open") { Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        defer { close(descriptor) }
        var information = stat()
        try SystemError.check("fstat") { fstat(descriptor, &information) }
        var bytes = [UInt8](repeating: 0, count: longest)
        var count = 0
        while count < longest {
            let length = try SystemError.check("read") {
                bytes[count...].withUnsafeMutableBytes {
                    Glibc.read(descriptor, $0.baseAddress, $0.count)
                }
            }
            if length == 0 { break }
            count += length
        }
        // A pipe has no readers but us.
        let isFile = information.st_mode & S_IFMT == S_IFREG
        return (Array(bytes[..<count]), isFile && information.st_mode & 0o077 != 0)
    }
}

/// Why a file with a secret, a certificate or a key cannot be used.
package struct SecretError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(Sanitizer.sanitize(path)): \(reason)" }
}
