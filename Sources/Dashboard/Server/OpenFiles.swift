import Glibc

/// How many files the process may have open; every connection is one.
enum OpenFiles {
    /// What else is open, such as sockets that listen, the log, the recording.
    private static let spare = 32

    /// Raises the limit as far as the process may.
    ///
    /// The usual soft limit is kept low for the sake of programs that use select(2), which we do not.
    ///
    /// - Returns: How many connections there can be.
    @discardableResult
    static func raiseLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return Int.max }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if setrlimit(resource, &raised) == 0 { limit = raised }
        return max(1, Int(clamping: limit.rlim_cur) - spare)
    }
}
