import Testing

@testable import Core

@Suite("Who is let in", .timeLimit(.minutes(5)))
struct AdmissionTests {
    private let here = SocketAddress.loopback(port: 1)
    private func there() throws -> SocketAddress {
        try #require(try SocketAddress.resolve("192.0.2.1", port: 1).first)
    }

    @Test("without a token nobody is asked, and who sends datagrams from elsewhere is not verified")
    func open() throws {
        let admission = Admission()

        #expect(admission.standing(ofSender: here, isSealed: false) == .trusted)
        #expect(admission.standing(ofSender: try there(), isSealed: false) == .unverified)
        #expect(admission.standing(ofClient: try there(), isCertified: false) == .trusted)
    }

    @Test("with a token everybody beyond this machine is asked; a seal or a certificate answers")
    func token() throws {
        let admission = Admission(token: try SealedFixtures.token())

        #expect(admission.standing(ofSender: here, isSealed: false) == .trusted)
        #expect(admission.standing(ofSender: try there(), isSealed: false) == .unknown)
        #expect(admission.standing(ofSender: try there(), isSealed: true) == .trusted)
        #expect(admission.standing(ofClient: here, isCertified: false) == .trusted)
        #expect(admission.standing(ofClient: try there(), isCertified: false) == .unknown)
        #expect(admission.standing(ofClient: try there(), isCertified: true) == .trusted)
    }

    @Test("this machine is asked too where that is wanted")
    func everybody() throws {
        let admission = Admission(token: try SealedFixtures.token(), asksLoopback: true)

        #expect(admission.standing(ofSender: here, isSealed: false) == .unknown)
        #expect(admission.standing(ofClient: here, isCertified: false) == .unknown)
    }

    @Test("an unknown caller's reply is never longer than its call, whatever it asks")
    func noLongerReply() {
        let rig = RemoteRig()
        let requests: [RemoteRequest] = [
            .null, .status, .take(waitMilliseconds: 0), rig.submit(),
        ]

        for request in requests {
            let message = request.message(xid: 1)
            let reply = rig.call(message, as: .unknown)
            let expected = request.procedure == .null ? 24 : 20
            #expect(reply.filter { $0 != " " }.count == 2 * expected, "\(request.procedure)")
            #expect(expected <= message.count)
        }
        #expect(rig.buffer.putCount == 0 && rig.buffer.takeCount == 0)
        #expect(rig.tally[.tokenMissing] == 3)
    }

    @Test("a sealed caller may ask for anything, wherever it is")
    func sealed() throws {
        let rig = RemoteRig()

        for request in [RemoteRequest.status, .take(waitMilliseconds: 0), rig.submit()] {
            let reply = rig.call(request.message(xid: 1), from: try there(), as: .trusted)
            #expect(reply.hasPrefix("00000001 00000001 00000000"))
        }
    }
}
