extension GroupEvent {
    /// The line, without an end of line; fields for which there is no room are left out.
    ///
    /// With a token it says when it was sent, `now` in milliseconds since 1970, and is signed.
    package func line(signedWith token: Token?, at now: UInt64) -> [UInt8] {
        guard let token else { return line(leaving: 0) }
        var timed = self
        // First, so that there is room.
        timed.fields.insert(Field(Self.timeKey, "\(now)"), at: 0)
        let line = timed.line(leaving: GroupLine.codeLength)
        let code = token.code(for: line).prefix(GroupLine.codeBytes)
        return line + Array(" \(GroupLine.codeKey)=".utf8) + code.flatMap(Self.digits)
    }

    /// Reads a datagram of anybody; a code is not looked at.
    ///
    /// - Parameter datagram: The whole of it.
    /// - Throws: What keeps it from being an event.
    package init(_ datagram: [UInt8]) throws(GroupEventError) {
        self = try GroupLine(datagram).event
    }

    /// Reads a datagram of whoever knows the token, sent not long ago.
    ///
    /// - Parameters:
    ///   - datagram: The whole of it.
    ///   - token: What it must be signed with.
    ///   - now: In milliseconds since 1970.
    /// - Throws: What keeps it from being such an event.
    package init(
        _ datagram: [UInt8],
        signedWith token: Token,
        at now: UInt64
    ) throws(GroupEventError) {
        let line = try GroupLine(datagram)
        guard let code = line.code else { throw .notSigned }
        guard token.isCode(code, of: line.signed) else { throw .wrongCode }
        self = line.event
        guard let time = self[Self.timeKey].flatMap({ UInt64($0) }) else { throw .notTimed }
        let distance = now > time ? now - time : time - now
        guard distance <= Self.window else { throw .outsideWindow(milliseconds: distance) }
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
