extension GroupEvent {
    /// The line, signed where there is a token, without an end of line; fields for which there is no
    /// room are left out.
    package func line(signedWith token: Token?) -> [UInt8] {
        guard let token else { return line(leaving: 0) }
        let line = line(leaving: GroupLine.codeLength)
        let code = token.code(for: line).prefix(GroupLine.codeBytes)
        return line + Array(" \(GroupLine.codeKey)=".utf8) + code.flatMap(Self.digits)
    }

    /// Reads a datagram.
    ///
    /// - Parameters:
    ///   - datagram: The whole of it.
    ///   - token: What it must be signed with; where there is none, a code is not looked at.
    /// - Throws: What keeps it from being an event of whoever knows the token.
    package init(_ datagram: [UInt8], token: Token? = nil) throws(GroupEventError) {
        let line = try GroupLine(datagram)
        if let token {
            guard let code = line.code else { throw .notSigned }
            guard token.isCode(code, of: line.signed) else { throw .wrongCode }
        }
        self = line.event
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
