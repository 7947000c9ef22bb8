import Core
import Glibc

/// The server's entry in this machine's rpcbind, over UDP and TCP, while it runs.
struct RpcbindEntry {
    private let portmapper: Portmapper

    /// - Parameters:
    ///   - port: The server's.
    ///   - portmapper: The machine's.
    /// - Throws: A `StartError` where there is no rpcbind, or it has such an entry.
    init(port: UInt16, in portmapper: Portmapper) throws {
        self.portmapper = portmapper
        do {
            for transport in [Portmapper.Mapping.Transport.udp, .tcp] {
                let mapping = Self.mapping(transport, port)
                guard try portmapper.set(mapping) else {
                    let taken = try portmapper.port(of: mapping)
                    if transport == .tcp { remove() }
                    throw StartError(Self.sentence(taken: taken))
                }
            }
        } catch let failure as RemoteCallFailure {
            throw StartError(Self.sentence(failure))
        }
    }

    /// Takes it out; where that fails, says so.
    func remove() {
        do throws(RemoteCallFailure) {
            // Whichever transport is named, version 2 of the protocol removes both.
            _ = try portmapper.unset(Self.mapping(.udp, 0))
        } catch {
            let sentence = "--rpcbind: the entry could not be removed: \(error)\n"
            Output.error.write(sentence)
        }
    }

    private static func mapping(
        _ transport: Portmapper.Mapping.Transport,
        _ port: UInt16
    ) -> Portmapper.Mapping {
        Portmapper.Mapping(
            program: RemoteProgram.number,
            version: RemoteProgram.version,
            transport: transport,
            port: port
        )
    }

    private static func sentence(taken port: UInt32) -> String {
        "--rpcbind: rpcbind has program \(RemoteProgram.number) on port \(port) already; if no other"
            + " signalbox runs there, remove it: rpcinfo -d \(RemoteProgram.number)"
            + " \(RemoteProgram.version)"
    }

    private static func sentence(_ failure: RemoteCallFailure) -> String {
        if case .system(let error) = failure, error.number == ECONNREFUSED {
            return "--rpcbind: no rpcbind runs on this machine (port \(Portmapper.usualPort));"
                + " start it, or leave the flag out: remote calls work without it"
        }
        return "--rpcbind: \(failure)"
    }
}
