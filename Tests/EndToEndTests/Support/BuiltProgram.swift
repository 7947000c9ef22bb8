import Glibc

/// The programs under test, which the package builds beside the tests.
enum BuiltProgram: String {
    case signalbox
    case device = "signalbox-device"

    var path: String { "\(Self.directory)/\(rawValue)" }

    /// Where the running test program lies.
    static let directory: String = {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &bytes, bytes.count)
        let path = String(decoding: bytes[..<max(0, length)], as: UTF8.self)
        return path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }()
}
