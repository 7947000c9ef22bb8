import Foundation
import Glibc
import Testing

@testable import Core

/// A folder that goes with its owner.
final class ScratchFolder {
    let path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ number: Int) -> String { "\(path)/student\(number).xml" }

    func write(_ text: String, _ number: Int) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(number)))
    }

    func text(_ number: Int) throws -> String {
        try String(contentsOfFile: file(number), encoding: .utf8)
    }
}

@Suite("The folder of the students' files", .timeLimit(.minutes(5)))
struct StudentFolderTests {
    private let scratch = ScratchFolder()

    @Test("a document is written, read once and cleared; the file stays, and can be used again")
    func life() throws {
        let folder = try StudentFolder(scratch.path)

        for text in ["<a/>", "<b>longer</b>", "<c/>"] {
            try folder.checkIsFree(1...3)
            try folder.write(Array(text.utf8), as: 2)
            #expect(try scratch.text(2) == text)
            var found: [UInt8] = []
            try folder.take(2) { bytes in
                found = bytes
                return true
            }

            #expect(found == Array(text.utf8))
            #expect(try scratch.text(2).isEmpty)
        }
    }

    @Test("a document that was not accepted stays as it is")
    func refused() throws {
        let folder = try StudentFolder(scratch.path)
        try folder.write([65], as: 1)

        try folder.take(1) { _ in false }

        #expect(try scratch.text(1) == "A")
    }

    @Test("a file that holds something is not written over, unless that is allowed")
    func foreign() throws {
        var folder: StudentFolder? = try StudentFolder(scratch.path)
        try scratch.write("precious", 3)
        let reason = StudentFolderError.holdsSomething(scratch.file(3), bytes: 8)

        #expect(throws: reason) { try folder?.checkIsFree(1...3) }
        #expect(throws: reason) { try folder?.write([65], as: 3) }
        #expect(try scratch.text(3) == "precious")
        folder = nil
        let bold = try StudentFolder(scratch.path, overwrites: true)
        try bold.checkIsFree(1...3)
        try bold.write([65], as: 3)
        #expect(try scratch.text(3) == "A")
    }

    @Test(
        "a link, a second name, a pipe or a folder in the place of a file is refused, and left alone"
    )
    func noFile() throws {
        let folder = try StudentFolder(scratch.path, overwrites: true)
        let precious = ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: precious.path,
            withIntermediateDirectories: true
        )
        try precious.write("precious", 1)
        #expect(symlink(precious.file(1), scratch.file(1)) == 0)
        #expect(link(precious.file(1), scratch.file(2)) == 0)
        #expect(mkfifo(scratch.file(3), 0o600) == 0)
        #expect(mkdir(scratch.file(4), 0o700) == 0)

        for number in 1...4 {
            #expect(throws: StudentFolderError.notAFile(scratch.file(number))) {
                try folder.checkIsFree(number...number)
            }
            #expect(throws: StudentFolderError.self) { try folder.write([65], as: number) }
            #expect(throws: StudentFolderError.self) { try folder.take(number) { _ in true } }
        }
        #expect(try precious.text(1) == "precious")
    }

    @Test("two runs cannot use one folder at the same time")
    func lock() throws {
        let first = try StudentFolder(scratch.path)

        #expect(throws: StudentFolderError.inUse(scratch.path)) {
            _ = try StudentFolder(scratch.path)
        }
        withExtendedLifetime(first) {}
    }

    @Test("what is no folder, or a file that is gone, is an error that names it")
    func missing() throws {
        let error = #expect(throws: StudentFolderError.self) {
            _ = try StudentFolder("/dev/null/x")
        }
        let folder = try StudentFolder(scratch.path)
        let gone = #expect(throws: StudentFolderError.self) { try folder.take(1) { _ in true } }

        #expect(error?.description == "/dev/null/x: mkdir failed: Not a directory")
        #expect(
            gone?.description
                == "\(scratch.file(1)): open failed: No such file or directory"
        )
    }

    @Test("a folder named after a control sequence is used, and named without it")
    func hostileName() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "\u{1B}[31m\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try StudentFolder(path)
        try folder.write([65], as: 1)

        #expect(FileManager.default.fileExists(atPath: "\(path)/student1.xml"))
        #expect(!folder.path(1).contains("\u{1B}"))
        let errors: [StudentFolderError] = [
            #expect(throws: StudentFolderError.self) { try folder.checkIsFree(1...1) },
            #expect(throws: StudentFolderError.self) { try StudentFolder(path) },
            #expect(throws: StudentFolderError.self) { try StudentFolder("\(path)/no/such") },
            #expect(throws: StudentFolderError.self) { try StudentFolder("\(path)/student1.xml") },
        ].compactMap { $0 }
        #expect(errors.count == 4)
        for error in errors { #expect(!"\(error)".contains("\u{1B}")) }
    }

    @Test("no more is read than one byte beyond the limit")
    func long() throws {
        let folder = try StudentFolder(scratch.path)
        try scratch.write(String(repeating: "a", count: 200_000), 1)

        try folder.take(1) { bytes in
            #expect(bytes.count > StudentDocument.longest)
            #expect(bytes.count <= StudentDocument.longest + 4096)
            return false
        }
    }
}
