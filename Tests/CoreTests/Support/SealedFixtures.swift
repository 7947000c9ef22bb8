@testable import Core

/// Sealed datagrams whose bytes another program has computed, with the token below.
enum SealedFixtures {
    static let secret = "correct-horse-battery-staple"
    static let milliseconds: UInt64 = 1_700_000_000_000
    static let nonce: UInt64 = 0x0102_0304_0506_0708

    /// `3:5`, as a request and as a reply.
    static let job =
        "53425831 00 00 0003 0000018bcfe56800 0102030405060708 333a35"
        + "51bb2329842cf7e0238f59471d69563d"
    static let reply =
        "53425831 00 01 0003 0000018bcfe56800 0102030405060708 333a35"
        + "89989747b578028897301391d29ac1e2"
    static let empty =
        "53425831 00 00 0000 0000018bcfe56800 0102030405060708"
        + "08a7ecd74f26a6876603c3f1efdf8f06"
    /// STATUS, a remote call of 40 bytes.
    static let status =
        "53425831 00 00 0028 0000018bcfe56800 0102030405060708"
        + "6b01eabc 00000000 00000002 20004017 00000001 00000003 00000000 00000000 00000000 00000000"
        + "ef5574319a9dcb5341a132cae472019b"

    static func token(_ text: String = secret) throws -> Token { try Token(Array(text.utf8)) }

    /// A sealed request of this moment.
    static func request(
        _ payload: String,
        nonce: UInt64 = .random(in: .min ... .max),
        at time: UInt64 = milliseconds,
        by secret: String = secret
    ) throws -> [UInt8] {
        try token(secret).seal(Array(payload.utf8), .request, milliseconds: time, nonce: nonce)
    }
}
