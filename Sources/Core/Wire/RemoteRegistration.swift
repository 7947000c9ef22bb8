/// Somebody who can be called, as it travels (`sbx_service`).
package struct RemoteService: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var name: String
    /// A universal address (RFC 5665): `h1.h2.h3.h4.p1.p2`.
    package var address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        name = try decoder.string("the service's name", limit: RemoteProgram.longestName)
        address = try decoder.string("the address", limit: RemoteProgram.longestName)
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.string(name)
        encoder.string(address)
    }
}

/// The arguments of REGISTER (`sbx_register`).
package struct RemoteRegister: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var service: RemoteService
    /// For how long; 0 means the usual time.
    package var leaseSeconds: UInt32

    package init(_ service: RemoteService, leaseSeconds: UInt32 = 0) {
        self.service = service
        self.leaseSeconds = leaseSeconds
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        service = try RemoteService(from: &decoder)
        leaseSeconds = try decoder.unsignedInt("the lease's seconds")
    }

    package func encode(to encoder: inout XDREncoder) {
        service.encode(to: &encoder)
        encoder.unsignedInt(leaseSeconds)
    }
}

/// The arguments of RENEW (`sbx_renew`).
package struct RemoteRenew: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var lease: UInt64
    /// For how long from now; 0 means the usual time.
    package var leaseSeconds: UInt32

    package init(lease: UInt64, leaseSeconds: UInt32 = 0) {
        self.lease = lease
        self.leaseSeconds = leaseSeconds
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        lease = try decoder.unsignedHyper("the lease")
        leaseSeconds = try decoder.unsignedInt("the lease's seconds")
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.unsignedHyper(lease)
        encoder.unsignedInt(leaseSeconds)
    }
}

/// The result of REGISTER and RENEW (`sbx_lease`).
package struct RemoteLease: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var code: RemoteCode
    /// Whoever knows this number may renew and cancel; 0 where there is none.
    package var lease: UInt64
    /// For how long it was granted, which may be less than was asked for.
    package var leaseSeconds: UInt32

    package init(_ code: RemoteCode, lease: UInt64 = 0, leaseSeconds: UInt32 = 0) {
        self.code = code
        self.lease = lease
        self.leaseSeconds = leaseSeconds
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        code = try decoder.enumeration("the code")
        lease = try decoder.unsignedHyper("the lease")
        leaseSeconds = try decoder.unsignedInt("the lease's seconds")
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.enumeration(code)
        encoder.unsignedHyper(lease)
        encoder.unsignedInt(leaseSeconds)
    }
}

/// The result of LOOKUP (`sbx_hits`).
package struct RemoteHits: Equatable, Sendable, XDREncodable, XDRDecodable {
    package var code: RemoteCode
    package var services: [RemoteService]

    package init(_ code: RemoteCode, _ services: [RemoteService] = []) {
        self.code = code
        self.services = services
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        code = try decoder.enumeration("the code")
        services = try decoder.array("the services", limit: RemoteProgram.mostHits) {
            decoder throws(XDRError) in
            try RemoteService(from: &decoder)
        }
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.enumeration(code)
        encoder.array(services) { $1.encode(to: &$0) }
    }
}
