import Glibc

/// The folder in which the producers leave their documents and the consumers find them.
///
/// A file `student<n>.xml` is written when it is new or empty, read, and emptied again; it stays. A
/// file that holds something is nobody's to overwrite, unless we were told to. Names are relative to
/// the folder as it was opened, and a link in the place of a file is refused, so nobody can lead us
/// elsewhere. See open(2), O_NOFOLLOW, and flock(2). Any thread may call it.
package final class StudentFolder: Sendable {
    /// As messages have it: whoever named the folder may have named it after a control sequence.
    package let path: String
    private let descriptor: Int32
    private let overwrites: Bool

    /// Opens the folder, and makes it where there is none; two runs cannot share it.
    ///
    /// - Parameters:
    ///   - path: The folder's.
    ///   - overwrites: Whether documents that nobody has read may be written over.
    /// - Throws: When it is no folder, in use, or not ours to use.
    package init(_ path: String, overwrites: Bool = false) throws(StudentFolderError) {
        let shown = Sanitizer.sanitize(path)
        self.path = shown
        self.overwrites = overwrites
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            throw .failed(shown, SystemError("mkdir"))
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(shown, SystemError("open")) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(shown)
        }
    }

    deinit {
        close(descriptor)
    }

    package static func fileName(_ number: Int) -> String { "student\(number).xml" }

    package func path(_ number: Int) -> String { "\(path)/\(Self.fileName(number))" }

    /// Looks whether the files of these numbers may be written, so that no run ends in the middle.
    package func checkIsFree(_ numbers: ClosedRange<Int>) throws(StudentFolderError) {
        for number in numbers {
            var status = stat()
            let name = Self.fileName(number)
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            try check(status, number)
        }
    }

    /// Writes a document into its file.
    package func write(_ document: [UInt8], as number: Int) throws(StudentFolderError) {
        let file = try openFile(number, O_WRONLY | O_CREAT)
        defer { close(file) }
        let status = try status(of: file, number)
        try check(status, number)
        // Not before it is known to be ours.
        if status.st_size > 0 { try system("ftruncate", number) { Int(ftruncate(file, 0)) } }
        var rest = document[...]
        while !rest.isEmpty {
            let written = try system("write", number) {
                rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Lets the reader judge a document, then empties its file.
    ///
    /// - Parameters:
    ///   - number: The document's.
    ///   - judge: Gets its bytes, at most one more than a document may have, and says whether they
    ///     have been read, so that the file may be emptied.
    /// - Throws: When the file cannot be read or emptied.
    package func take(_ number: Int, _ judge: ([UInt8]) -> Bool) throws(StudentFolderError) {
        let file = try openFile(number, O_RDWR)
        defer { close(file) }
        try checkKind(try status(of: file, number), number)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= StudentDocument.longest {
            let count = try system("read", number) { Glibc.read(file, &chunk, chunk.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        guard judge(bytes) else { return }
        try system("ftruncate", number) { Int(ftruncate(file, 0)) }
    }

    // MARK: - Files

    private func openFile(_ number: Int, _ flags: Int32) throws(StudentFolderError) -> Int32 {
        // A pipe in the place of a file would let us wait for ever.
        let flags = flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = try system("open", number) {
            Int(openat(descriptor, Self.fileName(number), flags, 0o644))
        }
        return Int32(file)
    }

    private func status(of file: Int32, _ number: Int) throws(StudentFolderError) -> stat {
        var status = stat()
        try system("fstat", number) { Int(fstat(file, &status)) }
        return status
    }

    private func checkKind(_ status: stat, _ number: Int) throws(StudentFolderError) {
        // A second name may be somebody else's.
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink < 2 else {
            throw .notAFile(path(number))
        }
    }

    private func check(_ status: stat, _ number: Int) throws(StudentFolderError) {
        try checkKind(status, number)
        guard overwrites || status.st_size == 0 else {
            throw .holdsSomething(path(number), bytes: Int(status.st_size))
        }
    }

    @discardableResult
    private func system(
        _ name: String,
        _ number: Int,
        _ call: () -> Int
    ) throws(StudentFolderError) -> Int {
        do throws(SystemError) {
            return try SystemError.check(name, call)
        } catch {
            throw .failed(path(number), error)
        }
    }
}

/// Why a folder or a file in it cannot be used.
package enum StudentFolderError: Error, Equatable, Sendable {
    case failed(String, SystemError)
    case inUse(String)
    case holdsSomething(String, bytes: Int)
    case notAFile(String)
}

extension StudentFolderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .failed(let path, let error): "\(path): \(error)"
        case .inUse(let path): "\(path): another run uses this folder"
        case .holdsSomething(let path, let bytes):
            "\(path) holds \(bytes) bytes that nobody has read; move it away or allow --overwrite"
        case .notAFile(let path): "\(path) is not a plain file with one name"
        }
    }
}
