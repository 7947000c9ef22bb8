import Glibc

/// A client of rpcbind, which tells callers on which port a remote program is.
///
/// Version 2 of its protocol, the port mapper, because every rpcbind speaks it; over UDP to this
/// machine, because only from here may programs be registered.
///
/// Source: RFC 1833, section 3.
package struct Portmapper {
    /// A program as it is registered.
    package struct Mapping: Equatable, Sendable {
        package enum Transport: UInt32, CaseIterable, Sendable {
            case tcp = 6
            case udp = 17
        }

        package let program: UInt32
        package let version: UInt32
        package let transport: Transport
        package let port: UInt16

        package init(program: UInt32, version: UInt32, transport: Transport, port: UInt16) {
            self.program = program
            self.version = version
            self.transport = transport
            self.port = port
        }
    }

    private enum Procedure: UInt32 {
        case set = 1
        case unset = 2
        case getPort = 3
    }

    package static let usualPort: UInt16 = 111
    private static let program: UInt32 = 100_000
    private static let version: UInt32 = 2
    /// Between two sendings of a request that has no reply.
    private static let repetition = Duration.milliseconds(500)

    private let address: SocketAddress
    private let patience: Duration

    /// - Parameters:
    ///   - address: Where it listens.
    ///   - patience: How long one call may take.
    package init(at address: SocketAddress, patience: Duration = .seconds(2)) {
        self.address = address
        self.patience = patience
    }

    /// Registers a program.
    ///
    /// - Returns: `false` where it is registered already, with whatever port.
    package func set(_ mapping: Mapping) throws(RemoteCallFailure) -> Bool {
        try call(.set, mapping) != 0
    }

    /// Removes a program with this version, over all transports.
    ///
    /// - Returns: `false` where it was not registered.
    package func unset(_ mapping: Mapping) throws(RemoteCallFailure) -> Bool {
        try call(.unset, mapping) != 0
    }

    /// On which port a program is; 0 where it is not registered.
    package func port(of mapping: Mapping) throws(RemoteCallFailure) -> UInt32 {
        try call(.getPort, mapping)
    }

    private func call(
        _ procedure: Procedure,
        _ mapping: Mapping
    ) throws(RemoteCallFailure) -> UInt32 {
        let connection: RemoteConnection
        do throws(SystemError) {
            connection = .udp(try DatagramSocket(connect: address), nil)
        } catch {
            throw .system(error)
        }
        let xid = UInt32.random(in: .min ... .max)
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            try connection.send(message(procedure, mapping, xid: xid), until: deadline)
            let wake = min(deadline, .now + Self.repetition)
            while let reply = try connection.receive(until: wake) {
                // A late reply to an earlier sending, or to nobody.
                guard reply.withUnsafeBytes({ RemoteReply.xid(of: $0) }) == xid else { continue }
                return try result(in: reply)
            }
        }
        throw .timedOut
    }

    private func message(_ procedure: Procedure, _ mapping: Mapping, xid: UInt32) -> [UInt8] {
        var encoder = XDREncoder()
        let words = [
            xid, RemoteCall.messageType, RemoteCall.rpcVersion, Self.program, Self.version,
            procedure.rawValue, 0, 0, 0, 0, mapping.program, mapping.version,
            mapping.transport.rawValue, UInt32(mapping.port),
        ]
        for word in words { encoder.unsignedInt(word) }
        return encoder.bytes
    }

    private func result(in reply: [UInt8]) throws(RemoteCallFailure) -> UInt32 {
        do throws(RemoteReply.Failure) {
            return try reply.span.withUnsafeBytes { bytes throws(RemoteReply.Failure) in
                try RemoteReply.result(in: bytes) { decoder throws(XDRError) in
                    try decoder.unsignedInt("the result")
                }
            }
        } catch {
            throw .answered(error)
        }
    }
}
