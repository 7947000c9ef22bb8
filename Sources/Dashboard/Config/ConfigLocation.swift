import Core
import Glibc

/// Where the config file is, and how it is read.
///
/// Source: XDG Base Directory Specification 0.8: `$XDG_CONFIG_HOME`, and `~/.config` where that is
/// not set or relative.
struct ConfigLocation: Equatable {
    let path: String
    /// Whether the user named it, so that it must be there.
    let isNamed: Bool

    /// `SIGNALBOX_CONFIG` names another file; empty, there is none.
    static let variable = "SIGNALBOX_CONFIG"

    /// `nil` when no file is wanted, and when there is no place where one could be.
    ///
    /// - Parameter environment: The process's.
    init?(_ environment: [String: String]) {
        if let named = environment[Self.variable] {
            guard !named.isEmpty else { return nil }
            (path, isNamed) = (named, true)
            return
        }
        isNamed = false
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            path = "\(folder)/signalbox/config"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = "\(home)/.config/signalbox/config"
        } else {
            return nil
        }
    }

    /// The file's bytes, one more than may be at most; `nil` when it is not there and need not be.
    func read() throws(ConfigError) -> [UInt8]? {
        do throws(SystemError) {
            // A pipe without a writer must not make us wait.
            let descriptor = try SystemError.check("open") {
                open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            }
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: ConfigFile.longest + 1)
            var length = 0
            while length < bytes.count {
                let count = try SystemError.check("read") {
                    bytes.withUnsafeMutableBytes { bytes in
                        Glibc.read(
                            descriptor,
                            bytes.baseAddress.map { $0 + length },
                            bytes.count - length
                        )
                    }
                }
                if count == 0 { break }
                length += count
            }
            return Array(bytes[..<length])
        } catch {
            let isMissing = error.number == ENOENT || error.number == ENOTDIR
            if isMissing, !isNamed { return nil }
            var failure = ConfigError(.cannotRead("\(error)"))
            failure.path = path
            throw failure
        }
    }
}
