import Glibc
import Testing

/// A certificate that is signed by itself, and its key, in a folder that goes with it.
struct TestIdentity {
    let folder: ScratchFolder
    var certificate: String { "\(folder.path)/certificate.pem" }
    var key: String { "\(folder.path)/key.pem" }

    /// Has `openssl` make one.
    ///
    /// - Parameter names: Its alternative names, such as `DNS:localhost,IP:127.0.0.1`.
    /// - Throws: Where there is no `openssl`.
    init(_ names: String) async throws {
        folder = try ScratchFolder()
        let openssl = try Child(
            Tool.openssl.required(),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=signalbox", "-addext",
                "subjectAltName=\(names)", "-keyout", "\(folder.path)/key.pem", "-out",
                "\(folder.path)/certificate.pem",
            ]
        )
        try #require(try await openssl.waitForEnd() == .exited(0), "\(openssl.story())")
    }
}

/// A token in a file that only its owner can read.
struct TestToken {
    static let text = "a-token-for-tests-only"

    let folder: ScratchFolder
    var path: String { "\(folder.path)/token" }

    init(_ text: String = TestToken.text, mode: mode_t = 0o600) throws {
        folder = try ScratchFolder()
        try folder.write("\(text)\n", to: "token")
        chmod(path, mode)
    }
}
