import Foundation

/// A file that goes with its owner.
final class ScratchFile {
    let path: String

    init(_ text: String) throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("signalbox-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        path = file.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
