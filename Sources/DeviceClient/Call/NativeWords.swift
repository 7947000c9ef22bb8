import Core

/// The lecture's other method: the arguments as they lie in the sender's memory, and what receivers
/// of other kinds make of them.
enum NativeWords {
    /// A value with its name.
    private typealias Named = (name: String, value: NativeForm.Value)

    static func lines(
        of request: RemoteRequest,
        from sender: NativeForm.Architecture = .own
    ) -> [String] {
        let arguments = arguments(of: request)
        var lines = ["the same arguments in native form, after the identifier of the architecture:"]
        lines.append("0000  \(HexBytes.text(sender.identifier))  \(sender)")
        var position = sender.identifier.count
        for (name, value) in arguments {
            for part in parts(of: value, named: name, as: sender) {
                let place = String(position)
                let zeros = String(repeating: "0", count: max(0, 4 - place.count))
                lines.append("\(zeros)\(place)  \(HexBytes.text(part.bytes))  \(part.meaning)")
                position += part.bytes.count
            }
        }
        let other: NativeForm.Architecture.ByteOrder = sender.byteOrder == .little ? .big : .little
        let receivers = [sender, NativeForm.Architecture(other, wordSize: 4)]
        return lines + receivers.flatMap { conversion(of: arguments, from: sender, for: $0) }
    }

    private static func conversion(
        of arguments: [Named],
        from sender: NativeForm.Architecture,
        for receiver: NativeForm.Architecture
    ) -> [String] {
        let kinds = arguments.map { kind(of: $0.value) }
        let form = NativeForm.encode(arguments.map(\.value), as: sender)
        do throws(NativeForm.Failure) {
            let message = try NativeForm.decode(form, as: kinds, for: receiver)
            let words = message.convertedWords
            var lines = [
                "a receiver with \(receiver) converts \(words) words\(words == 0 ? "" : ":")"
            ]
            guard words > 0 else { return lines }
            for (name, value) in arguments {
                let before = word(of: value, as: sender)
                lines.append(
                    "      \(HexBytes.text(before)) -> "
                        + "\(HexBytes.text(word(of: value, as: receiver)))  \(name)"
                )
            }
            return lines
        } catch {
            return ["a receiver with \(receiver) cannot convert it: \(error)"]
        }
    }

    private static func kind(of value: NativeForm.Value) -> NativeForm.Kind {
        switch value {
        case .integer: .integer
        case .text: .text
        }
    }

    private static func arguments(of request: RemoteRequest) -> [Named] {
        switch request {
        case .null, .status, .mailboxes: []
        case .take(let wait): [waiting(wait)]
        case .submit(let submit): arguments(of: submit)
        case .register(let register):
            [
                ("name", .text(Array(register.service.name.utf8))),
                ("address", .text(Array(register.service.address.utf8))),
                ("seconds of the lease", .integer(Int64(register.leaseSeconds))),
            ]
        case .renew(let renew):
            lease(renew.lease) + [("seconds of the lease", .integer(Int64(renew.leaseSeconds)))]
        case .lookup(let name): [("name", .text(Array(name.utf8)))]
        case .cancel(let number): lease(number)
        case .put(let put):
            [("mailbox", .text(Array(put.mailbox.utf8)))] + arguments(of: put.submit)
        case .get(let get):
            [("mailbox", .text(Array(get.mailbox.utf8))), waiting(get.waitMilliseconds)]
        }
    }

    private static func arguments(of submit: RemoteSubmit) -> [Named] {
        [
            ("name", .text(Array(submit.job.device.utf8))),
            ("seconds", .integer(Int64(submit.job.seconds))),
            ("body", .text(submit.job.body)),
            waiting(submit.waitMilliseconds),
        ]
    }

    private static func waiting(_ milliseconds: UInt32) -> Named {
        ("milliseconds to wait", .integer(Int64(milliseconds)))
    }

    /// Two halves, because machines with words of 4 bytes have no larger ones.
    private static func lease(_ lease: UInt64) -> [Named] {
        [
            ("lease, upper half", .integer(Int64(Int32(truncatingIfNeeded: lease >> 32)))),
            ("lease, lower half", .integer(Int64(Int32(truncatingIfNeeded: lease)))),
        ]
    }

    private static func parts(
        of value: NativeForm.Value,
        named name: String,
        as sender: NativeForm.Architecture
    ) -> [(bytes: [UInt8], meaning: String)] {
        let word = word(of: value, as: sender)
        switch value {
        case .integer(let number): return [(word, "\(name) \(number)")]
        case .text(let text):
            let length = (bytes: word, meaning: "\(name) length \(text.count)")
            let shown = (bytes: text, meaning: "\(name) \"\(Sanitizer.sanitize(text.span))\"")
            return text.isEmpty ? [length] : [length, shown]
        }
    }

    /// The value's word: the number itself, or a text's length.
    private static func word(
        of value: NativeForm.Value,
        as architecture: NativeForm.Architecture
    ) -> [UInt8] {
        let number: Int64 =
            switch value {
            case .integer(let number): number
            case .text(let text): Int64(text.count)
            }
        let form = NativeForm.encode([.integer(number)], as: architecture)
        return Array(form.dropFirst(architecture.identifier.count))
    }
}
