/// The text dialect over TCP, which has no delimiter: cuts a stream into messages.
///
/// A message ends at a newline, and where `endMessage` says that there was silence or the end of the
/// stream. Messages of spaces only are none. `END` and `done` are tokens as whole messages; what
/// follows is still read here, and left alone by whoever got the token. Two messages that came
/// together without a newline cannot be told apart: `a:1b:2` is one job of `a:1b`.
package struct TextStream {
    package enum Message: Equatable, Sendable {
        /// `wantsReply` where a `:` separates, not a `,`.
        case job(name: [UInt8], cpuTime: Microseconds, wantsReply: Bool)
        /// The client has sent all its jobs.
        case end
        /// The same, and it waits for a report.
        case done
        case refused(WireError)
    }

    /// A message passed the limit; there is no way to go on after it.
    package struct TooLong: Error, Equatable {}

    package static let longestMessage = 65_536

    private var bytes: [UInt8] = []
    /// Where the first message that was not told begins.
    private var start = 0
    /// There is no newline from `start` up to here.
    private var searched = 0
    /// The bytes before it are complete.
    private var boundary = 0

    private let longest: Int

    /// - Parameter limit: The most bytes of a message, at most `longestMessage`.
    package init(limit: Int = longestMessage) {
        longest = limit
    }

    /// Bytes of messages that were not told yet, whole ones and the beginning of one.
    package var pendingBytes: Int { bytes.count - start }

    package mutating func append(_ piece: Span<UInt8>) {
        piece.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// There was silence, or the stream has ended: what came until now is whole.
    package mutating func endMessage() {
        boundary = bytes.count
    }

    /// Forgets everything that is pending.
    package mutating func removeAll() {
        self = TextStream(limit: longest)
    }

    /// The next whole message; `nil` when more must come first.
    ///
    /// - Complexity: O(n) over all calls, for n bytes of the stream.
    package mutating func next() throws(TooLong) -> Message? {
        while let message = try nextRange() {
            let trimmed = trim(message)
            if trimmed.isEmpty { continue }
            return Self.message(bytes.span.extracting(trimmed))
        }
        return nil
    }

    private mutating func nextRange() throws(TooLong) -> Range<Int>? {
        let limit = start < boundary ? boundary : bytes.count
        var position = max(searched, start)
        while position < limit && bytes[position] != UInt8(ascii: "\n") { position += 1 }
        guard position - start <= longest else { throw TooLong() }
        let range = start..<position
        if position < limit {
            start = position + 1
        } else if start < boundary {
            start = boundary
        } else {
            searched = position
            forgetTold()
            return nil
        }
        searched = start
        return range
    }

    private mutating func forgetTold() {
        guard start > 0 else { return }
        bytes.removeSubrange(..<start)
        boundary = max(0, boundary - start)
        searched -= start
        start = 0
    }

    private func trim(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, Self.isSpace(bytes[lower]) { lower += 1 }
        while lower < upper, Self.isSpace(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

    private static func message(_ text: Span<UInt8>) -> Message {
        if text.isEqual("END") { return .end }
        if text.isEqual("done") { return .done }
        do {
            let job = try TextJob(text)
            let name = job.withName(in: text) { name in
                name.withUnsafeBufferPointer { Array($0) }
            }
            return .job(name: name, cpuTime: job.cpuTime, wantsReply: endsInColon(text))
        } catch {
            return .refused(error)
        }
    }

    /// Whether the last separator is a `:`.
    private static func endsInColon(_ text: Span<UInt8>) -> Bool {
        for position in text.indices.reversed() {
            if text[position] == UInt8(ascii: ":") { return true }
            if text[position] == UInt8(ascii: ",") { return false }
        }
        return false
    }
}

extension Span<UInt8> {
    fileprivate func isEqual(_ token: StaticString) -> Bool {
        count == token.utf8CodeUnitCount && indices.allSatisfy { self[$0] == token.utf8Start[$0] }
    }
}
