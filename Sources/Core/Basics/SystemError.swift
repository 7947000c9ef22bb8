import Glibc

/// A system call that failed: which one, and why.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let number: Int32
    /// What people read, where the operating system has no words for it.
    private let sentence: String?

    package init(_ call: String, number: Int32 = errno, sentence: String? = nil) {
        self.call = call
        self.number = number
        self.sentence = sentence
    }

    package var description: String {
        sentence ?? "\(call) failed: \(String(cString: strerror(number)))"
    }

    /// Makes the call, again when a signal interrupted it, and throws when it returns less than zero.
    ///
    /// Every call that sets `errno` goes through here.
    @discardableResult
    package static func check<Result: SignedInteger>(
        _ name: String,
        _ call: () -> Result
    ) throws(SystemError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw SystemError(name, number: number) }
        }
    }
}
