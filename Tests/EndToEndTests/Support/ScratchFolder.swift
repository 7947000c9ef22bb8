import Foundation

/// A folder that goes with its owner; it is there from the beginning.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "signalbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The sizes of the files in it, or in a folder in it, by their names.
    func sizes(in inner: String = ".") throws -> [String: Int] {
        var sizes: [String: Int] = [:]
        let path = "\(path)/\(inner)"
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            sizes[name] = attributes[.size] as? Int
        }
        return sizes
    }
}
