/// One of the kinds of address that a message can be sent to.
///
/// Source: Coulouris, Dollimore and Kindberg, *Distributed Systems*, the chapter on interprocess
/// communication: message destinations.
package struct Destination: Equatable, Sendable, XDREncodable, XDRDecodable {
    package enum Kind: Int32, CaseIterable, Sendable {
        case process, port, socket, group
    }

    /// The most bytes of `text` on the wire.
    package static let longestText = 128

    package let kind: Kind
    /// Such as `4711 signalbox`, `5555`, `udp 127.0.0.1 5555` or `239.255.66.66 40669 default`.
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    package init(from decoder: inout XDRDecoder) throws(XDRError) {
        kind = try decoder.enumeration("the destination's kind")
        text = try decoder.string("the destination", limit: Self.longestText)
    }

    package func encode(to encoder: inout XDREncoder) {
        encoder.enumeration(kind)
        encoder.string(text)
    }
}
