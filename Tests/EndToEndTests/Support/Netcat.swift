/// netcat that has sent a datagram and prints what comes back, until the test forgets it.
///
/// With a limit of its own (`-w`) it would be gone before a late reply.
struct Netcat {
    let child: Child
    private let input: ScratchFile

    init(sending text: String, to port: UInt16) throws {
        input = try ScratchFile(text)
        let line = "exec \"$1\" -u 127.0.0.1 \(port) <\"$2\""
        child = try Child(
            "/bin/sh",
            ["-c", line, "sh", try Tool.nc.required(), input.path]
        )
    }
}
