extension RemoteRefusal {
    /// What was wrong with a call, in a few words for people.
    func cause(from caller: RemoteCaller) -> String {
        switch self {
        case .programUnavailable: "unknown program"
        case .programMismatch: "unknown version"
        case .procedureUnavailable: "unknown procedure"
        case .garbageArguments: "malformed arguments"
        case .systemError: "system error"
        case .rpcMismatch: "unknown RPC version"
        case .authentication(.tooWeak):
            caller.transport == .udp ? "needs a token over UDP" : "needs a token"
        case .authentication: "malformed credential"
        }
    }
}
