import Core

/// A message word by word, with what each word means: where it begins, its four bytes, its meaning.
///
/// It is total, because replies come from strangers: what does not fit is shown as such.
struct MarshalledWords {
    private(set) var lines: [String] = []
    private var rest: ArraySlice<UInt8>

    static func request(_ message: [UInt8]) -> [String] {
        var words = MarshalledWords(rest: message[...])
        words.word("request id (xid)", asHex: true)
        words.word { "message type \($0): \($0 == 0 ? "call" : "not a call")" }
        words.word("version of the RPC protocol")
        words.word("program")
        words.word("version of the program")
        let procedure = words.word { number in
            "procedure \(number): \(RemoteProcedure(rawValue: number).map(name) ?? "unknown")"
        }
        words.authentication("credential")
        words.authentication("verifier")
        if let procedure = procedure.flatMap(RemoteProcedure.init) {
            words.arguments(of: procedure)
        }
        return words.end()
    }

    private mutating func arguments(of procedure: RemoteProcedure) {
        switch procedure {
        case .null, .status, .mailboxes: break
        case .submit: submit()
        case .take: word("milliseconds to wait")
        case .register:
            service()
            word("seconds of the lease")
        case .renew:
            hyper("lease")
            word("seconds of the lease")
        case .lookup: opaque("name")
        case .cancel: hyper("lease")
        case .put:
            opaque("mailbox")
            submit()
        case .get:
            opaque("mailbox")
            word("milliseconds to wait")
        }
    }

    private mutating func submit() {
        job()
        word("milliseconds to wait")
    }

    static func reply(_ message: [UInt8], to procedure: RemoteProcedure) -> [String] {
        var words = MarshalledWords(rest: message[...])
        words.word("request id (xid)", asHex: true)
        words.word { "message type \($0): \($0 == 1 ? "reply" : "not a reply")" }
        let status = words.word { "reply status \($0): \($0 == 0 ? "accepted" : "denied")" }
        guard status == 0 else {
            if status == 1 { words.denial() }
            return words.end()
        }
        words.authentication("verifier")
        let accepted = words.word { "accept status \($0): \($0 == 0 ? "success" : "error")" }
        if accepted == 0 { words.result(of: procedure) }
        if accepted == 2 { words.versions() }
        return words.end()
    }

    private mutating func denial() {
        let status = word { number in
            switch number {
            case 0: "reject status 0: RPC_MISMATCH"
            case 1: "reject status 1: AUTH_ERROR"
            default: "reject status \(number): unknown"
            }
        }
        switch status {
        case 0: versions()
        case 1:
            word { "auth status \($0): \(RemoteRefusal.AuthenticationFailure(rawValue: $0))" }
        default: break
        }
    }

    private mutating func versions() {
        word("lowest version")
        word("highest version")
    }

    private mutating func result(of procedure: RemoteProcedure) {
        switch procedure {
        case .null: break
        case .submit, .put:
            code(of: procedure)
            hyper("job number")
            word("depth")
            word("capacity")
        case .take, .get:
            guard code(of: procedure) == 0 else { return }
            hyper("job number")
            job()
        case .status: counts()
        case .register, .renew:
            code(of: procedure)
            hyper("lease")
            word("seconds of the lease")
        case .lookup:
            code(of: procedure)
            repeated("services") { $0.service() }
        case .cancel: code(of: procedure)
        case .mailboxes:
            word("mailboxes there are")
            repeated("mailboxes in this reply") { $0.mailbox() }
        }
    }

    private mutating func counts() {
        hyper("produced")
        hyper("consumed")
        for name in ["depth", "capacity", "waiting to put", "waiting to take"] { word(name) }
    }

    private mutating func service() {
        opaque("name")
        opaque("address")
    }

    private mutating func mailbox() {
        opaque("mailbox")
        counts()
        repeated("destinations") { words in
            words.word { number in
                let kind = Destination.Kind(rawValue: Int32(bitPattern: number))
                return "kind \(number): \(kind.map(CallWords.text(of:)) ?? "unknown")"
            }
            words.opaque("destination")
        }
    }

    /// An array: its length, then so many elements, or as many as there are words for.
    private mutating func repeated(_ name: String, _ element: (inout MarshalledWords) -> Void) {
        guard var left = word({ "\(name), \($0)" }) else { return }
        while left > 0, !rest.isEmpty {
            let before = rest.count
            element(&self)
            // What is cut in the middle of a word is shown as left over.
            guard rest.count < before else { return }
            left -= 1
        }
    }

    private mutating func job() {
        opaque("name")
        word("seconds")
        opaque("body")
    }

    @discardableResult
    private mutating func code(of procedure: RemoteProcedure) -> UInt32? {
        word { number in
            let code = RemoteCode(rawValue: Int32(bitPattern: number))
            return
                "code \(number): \(code.map { CallWords.text(of: $0, in: procedure) } ?? "unknown")"
        }
    }

    private mutating func authentication(_ name: String) {
        word { "\(name), kind \($0)\($0 == 0 ? ": none" : "")" }
        opaque(name)
    }

    private mutating func hyper(_ name: String) {
        guard let high = word({ _ in "\(name), upper half" }) else { return }
        word { "\(name), lower half: \(UInt64(high) << 32 | UInt64($0))" }
    }

    /// A length and bytes, the fill bytes shown as `-`, as on the slide.
    private mutating func opaque(_ name: String) {
        guard let length = word({ "\(name) length \($0)" }) else { return }
        var left = Int(length)
        while left > 0, !rest.isEmpty {
            let unit = Array(rest.prefix(4))
            let text = unit.enumerated().map { place, byte in
                place >= left
                    ? "-" : (0x20...0x7e).contains(byte) ? String(UnicodeScalar(byte)) : "."
            }
            take(unit.count, "\(name) \"\(text.joined())\"")
            left -= unit.count
        }
    }

    private mutating func word(_ name: String, asHex: Bool = false) {
        word { "\(name) \(String($0, radix: asHex ? 16 : 10))" }
    }

    @discardableResult
    private mutating func word(_ meaning: (UInt32) -> String) -> UInt32? {
        guard rest.count >= 4 else { return nil }
        let number = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        take(4, meaning(number))
        return number
    }

    private mutating func end() -> [String] {
        while !rest.isEmpty { take(min(4, rest.count), "left over") }
        return lines
    }

    private mutating func take(_ count: Int, _ meaning: String) {
        let place = String(rest.startIndex)
        let digits = rest.prefix(count).map(HexBytes.digits).joined()
        let blanks = String(repeating: " ", count: 8 - digits.count)
        let zeros = String(repeating: "0", count: max(0, 4 - place.count))
        lines.append("\(zeros)\(place)  \(digits)\(blanks)  \(meaning)")
        rest = rest.dropFirst(count)
    }

    private static func name(_ procedure: RemoteProcedure) -> String {
        switch procedure {
        case .null: "NULL"
        case .submit: "SUBMIT"
        case .take: "TAKE"
        case .status: "STATUS"
        case .register: "REGISTER"
        case .renew: "RENEW"
        case .lookup: "LOOKUP"
        case .cancel: "CANCEL"
        case .put: "PUT"
        case .get: "GET"
        case .mailboxes: "MAILBOXES"
        }
    }
}

enum HexBytes {
    static func digits(_ byte: UInt8) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map(digits).joined(separator: " ")
    }
}
