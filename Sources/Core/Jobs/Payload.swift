/// What a remote producer gave along with a job, for whoever takes it.
///
/// The bytes are its own and are never changed: they come back as they were. They are not fit to be
/// shown before they are sanitised.
package struct Payload: Equatable, Sendable {
    /// Which protocol it came by, which decides what the others see of it.
    package enum Form: Equatable, Sendable {
        /// The body of a remote call: any bytes.
        case body
        /// The item of JSON dialect A: the text of any JSON value.
        case item
        /// The document of JSON dialect B: UTF-8. The label is the JSON text of its `file_number`.
        case document(label: [UInt8])
    }

    /// The most bytes that a remote call can carry (WIRE: replies stay below 8 KiB).
    package static let largestBody = 4096

    package let form: Form
    package let bytes: [UInt8]

    package init(_ form: Form, _ bytes: [UInt8]) {
        self.form = form
        self.bytes = bytes
    }
}
