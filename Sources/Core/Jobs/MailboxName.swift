/// What a mailbox may be called, so that its name can stand in a page's path and in a label as it is.
package enum MailboxName {
    package static let longest = 32

    /// Whether it is 1 to 32 letters, digits, `-`, `_` and `.` of ASCII.
    package static func isValid(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
