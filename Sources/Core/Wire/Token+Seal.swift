extension Token {
    /// Seals a payload.
    ///
    /// - Parameters:
    ///   - payload: At most 65467 bytes, so that it fits into a datagram.
    ///   - direction: A request or a reply.
    ///   - milliseconds: Now, since 1970.
    ///   - nonce: A new random one for a request; the request's for its reply.
    /// - Returns: The datagram.
    package func seal(
        _ payload: some Collection<UInt8>,
        _ direction: SealedDatagram.Direction,
        milliseconds: UInt64,
        nonce: UInt64
    ) -> [UInt8] {
        let longest = 65_507 - SealedDatagram.overhead
        precondition(payload.count <= longest, "\(payload.count) bytes do not fit in a datagram")
        var bytes =
            SealedDatagram(
                direction,
                milliseconds: milliseconds,
                nonce: nonce,
                payloadLength: payload.count
            ).head
        bytes += payload
        bytes += code(for: bytes).prefix(SealedDatagram.codeLength)
        return bytes
    }

    /// Reads a sealed datagram whose code is right.
    ///
    /// - Parameter datagram: All of its bytes.
    /// - Returns: What it says; whether it is new and goes the right way is for the caller to see.
    /// - Throws: What is wrong with it.
    package func open(
        _ datagram: UnsafeBufferPointer<UInt8>
    ) throws(SealError) -> SealedDatagram {
        let sealed = try SealedDatagram(datagram.span)
        let code = datagram[sealed.payload.upperBound...]
        guard isCode(code, of: datagram[..<sealed.payload.upperBound]) else { throw .wrongCode }
        return sealed
    }
}
