import Core

/// What is wrong with a config file, and where.
struct ConfigError: Error, Equatable, CustomStringConvertible {
    enum Reason: Equatable {
        case cannotRead(String)
        case tooLong(limit: Int)
        case notUTF8
        case unprintable
        case noEqualsSign(String)
        case noKey
        case noValue(String)
        case duplicate(String, first: Int)
        case unknownKey(String, nearest: String?)
        /// A value that the option does not take: what it says, and what the option is for.
        case badValue(String, problem: String, help: String)
        case notASwitch(String, value: String)
        /// Values that are each right and cannot be together.
        case contradiction(String)
    }

    let reason: Reason
    /// Counts from 1; `nil` where the whole file is meant.
    let line: Int?
    /// Which file.
    var path = ""

    init(_ reason: Reason, line: Int? = nil) {
        self.reason = reason
        self.line = line
    }

    var description: String {
        let place = line.map { "\(path), line \($0)" } ?? path
        return Sanitizer.sanitize("\(place): \(sentence)")
    }

    private var sentence: String {
        switch reason {
        case .cannotRead(let problem): problem
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .notUTF8: "this is not UTF-8"
        case .unprintable: "there is a character that cannot be shown"
        case .noEqualsSign(let text): "'\(text)' is not of the form key = value"
        case .noKey: "there is no key before ="
        case .noValue(let key): "\(key) has no value; to leave it as it is, remove the line"
        case .duplicate(let key, let first): "\(key) was set already, in line \(first)"
        case .unknownKey(let key, nil):
            "there is no key '\(key)'; signalbox config prints all keys"
        case .unknownKey(let key, let nearest?):
            "there is no key '\(key)'; did you mean \(nearest)? signalbox config prints all keys"
        case .badValue(let key, let problem, let help): "\(key): \(problem) (\(key): \(help))"
        case .notASwitch(let key, let value): "\(key) is true or false, not '\(value)'"
        case .contradiction(let problem): problem
        }
    }
}
