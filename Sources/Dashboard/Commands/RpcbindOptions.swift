import ArgumentParser
import Core

/// The flag about the machine's directory of remote programs.
struct RpcbindOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Enter the server's remote program into this machine's rpcbind while it runs."
    )
    var rpcbind = false

    /// The entry, where the user wants one.
    func entry(for server: Server) throws -> RpcbindEntry? {
        guard rpcbind, let port = server.addresses.first?.port else { return nil }
        let portmapper = Portmapper(at: .loopback(port: Portmapper.usualPort))
        return try RpcbindEntry(port: port, in: portmapper)
    }
}
