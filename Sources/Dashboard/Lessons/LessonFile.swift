import Core
import Foundation

/// A lesson by what the user typed: the name of a built-in one, or a file.
struct LessonFile {
    /// As messages name it.
    let label: String
    let lesson: Lesson

    init(_ word: String) throws {
        label = word
        if let entry = LessonCatalog.named(word) {
            lesson = try Self.parse(entry.bytes, name: word)
        } else {
            let bytes = try Self.read(word)
            lesson = try Self.parse(bytes, name: URL(fileURLWithPath: word).lastPathComponent)
        }
    }

    init(_ entry: LessonCatalog.Entry) throws {
        label = entry.name
        lesson = try Self.parse(entry.bytes, name: entry.name)
    }

    private static func parse(_ bytes: [UInt8], name: String) throws -> Lesson {
        do {
            return try Lesson(bytes, name: Sanitizer.sanitize(name))
        } catch {
            throw StartError("\(Sanitizer.sanitize(name)): \(error)")
        }
    }

    /// The file's bytes, and one more than a lesson may have where it is longer.
    private static func read(_ path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else { throw unknown(path) }
        let failure = StartError("\(Sanitizer.sanitize(path)) cannot be read")
        // A pipe without a writer must not make us wait; one with a writer is read to its end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0, fcntl(descriptor, F_SETFL, 0) == 0 else { throw failure }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            return Array(try file.read(upToCount: Lesson.longestFile + 1) ?? Data())
        } catch {
            throw failure
        }
    }

    static func unknown(_ word: String) -> StartError {
        let names = LessonCatalog.all.map(\.name)
        let hint =
            nearestWord(to: word, among: names).map { "did you mean \($0)?" }
            ?? "the lessons are: \(names.joined(separator: ", "))"
        return StartError("there is no lesson and no file \"\(Sanitizer.sanitize(word))\"; \(hint)")
    }
}
