/// A job in the text dialect: `ID:SECONDS` or `ID,SECONDS`, such as `3:5` or `kworker/0:0H : 0.25`.
///
/// The last `:` or `,` separates, because real names hold colons. Both parts are trimmed. A name is
/// 1 to 64 bytes once sanitised; seconds are 1 to 9 ASCII digits with 1 to 6 decimals at choice, no
/// sign, no exponent, from 0 to 86400. The text is valid UTF-8 without C0 and DEL, except CR, LF and
/// tab at the end.
package struct TextJob: Equatable, Sendable {
    /// The device's name, in the message itself where it needed no cleaning.
    package enum Name: Equatable, Sendable {
        case inMessage(Range<Int>)
        case sanitized([UInt8])
    }

    package let name: Name
    package let cpuTime: Microseconds

    package static let longestName = 64
    private static let allowedTime = Microseconds.zero...Job.longestCPUTime
    private static let mostDigits = 9
    private static let mostDecimals = 6

    /// Reads the whole message as one job; allocates only where the name is not plain ASCII.
    ///
    /// - Complexity: O(n) for n bytes.
    package init(_ message: Span<UInt8>) throws(WireError) {
        guard message.count > 0 else { throw .empty }
        let plain = Sanitizer.isPlain(message)
        let end = plain ? message.count : try Self.checkedEnd(of: message)
        guard let separator = Self.lastSeparator(in: message, before: end) else {
            throw .missingSeparator
        }
        cpuTime = try Self.time(in: message, Self.trimmed(message, separator + 1..<end))
        let raw = Self.trimmed(message, 0..<separator)
        name = plain ? .inMessage(raw) : Self.cleanName(message, raw)
        let length = name.length
        guard length > 0 else { throw .emptyName(limit: Self.longestName) }
        guard length <= Self.longestName else {
            throw .nameTooLong(bytes: length, limit: Self.longestName)
        }
    }

    /// Hands the name's bytes over.
    ///
    /// - Parameters:
    ///   - message: The one that the job was read from.
    ///   - body: What needs the name.
    /// - Returns: What the body returns.
    @inline(__always)
    package func withName<Result>(in message: Span<UInt8>, _ body: (Span<UInt8>) -> Result)
        -> Result
    {
        switch name {
        case .inMessage(let range): body(message.extracting(range))
        case .sanitized(let bytes): body(bytes.span)
        }
    }

    private static func lastSeparator(in message: Span<UInt8>, before end: Int) -> Int? {
        var position = end
        while position > 0 {
            position -= 1
            if message[position] == ASCII.colon || message[position] == ASCII.comma {
                return position
            }
        }
        return nil
    }

    private static func trimmed(_ message: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end && message[start] == ASCII.space { start += 1 }
        while start < end && message[end - 1] == ASCII.space { end -= 1 }
        return start..<end
    }

    /// Digits only, so that the count of microseconds stays below 10 to the 15th.
    private static func time(
        in message: Span<UInt8>,
        _ range: Range<Int>
    ) throws(WireError) -> Microseconds {
        var position = range.lowerBound
        let whole = digits(in: message, &position, before: range.upperBound)
        guard whole.count > 0 else { throw .notSeconds(position: position) }
        var microseconds = whole.value &* 1_000_000
        if position < range.upperBound && message[position] == ASCII.point {
            position += 1
            let decimals = digits(in: message, &position, before: range.upperBound)
            guard decimals.count > 0 else { throw .notSeconds(position: position) }
            guard decimals.count <= mostDecimals else {
                throw .tooManyDecimals(digits: decimals.count, limit: mostDecimals)
            }
            microseconds &+= decimals.value &* powersOfTen(mostDecimals - decimals.count)
        }
        guard position == range.upperBound else { throw .notSeconds(position: position) }
        guard whole.count <= mostDigits else {
            throw .tooManyDigits(digits: whole.count, limit: mostDigits)
        }
        let time = Microseconds(microseconds)
        guard allowedTime.contains(time) else {
            throw .secondsOutOfRange(time, allowed: allowedTime)
        }
        return time
    }

    /// Moves over a run of digits; the value wraps where there are far too many.
    private static func digits(
        in message: Span<UInt8>,
        _ position: inout Int,
        before end: Int
    ) -> (value: UInt64, count: Int) {
        let start = position
        var value: UInt64 = 0
        while position < end, case let digit = message[position] &- ASCII.zero, digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return (value, position - start)
    }

    private static func powersOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }
}

extension TextJob {
    /// Where the text ends once trailing spaces, CR, LF and tabs are left out.
    ///
    /// Throws for what no text job may hold: bad UTF-8, and control characters anywhere else.
    private static func checkedEnd(of message: Span<UInt8>) throws(WireError) -> Int {
        var end = message.count
        while end > 0 && isTrailer(message[end - 1]) { end -= 1 }
        for position in 0..<end where message[position] < 0x20 || message[position] == ASCII.delete
        {
            throw .controlCharacter(code: message[position], position: position)
        }
        let valid = message.withUnsafeBufferPointer { bytes in
            String(validating: bytes, as: UTF8.self) != nil
        }
        guard valid else { throw .invalidUTF8 }
        guard end > 0 else { throw .empty }
        return end
    }

    private static func isTrailer(_ byte: UInt8) -> Bool {
        switch byte {
        case ASCII.space, ASCII.carriageReturn, ASCII.lineFeed, ASCII.tab: true
        default: false
        }
    }

    /// The name as it is where it is plain, else sanitised and without white space of any script
    /// around it.
    private static func cleanName(_ message: Span<UInt8>, _ range: Range<Int>) -> Name {
        let raw = message.extracting(range)
        guard !Sanitizer.isPlain(raw) else { return .inMessage(range) }
        let scalars = Sanitizer.sanitize(raw).unicodeScalars
        let start = scalars.drop { $0.properties.isWhitespace }
        let reversed = start.reversed().drop { $0.properties.isWhitespace }
        return .sanitized(Array(String(String.UnicodeScalarView(reversed.reversed())).utf8))
    }
}

extension TextJob.Name {
    fileprivate var length: Int {
        switch self {
        case .inMessage(let range): range.count
        case .sanitized(let bytes): bytes.count
        }
    }
}

private enum ASCII {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let comma = UInt8(ascii: ",")
    static let point = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let colon = UInt8(ascii: ":")
    static let delete: UInt8 = 0x7f
}
