/// The first byte chooses what is read, and what can be read is written again as the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    var encoder = XDREncoder()
    var decoder = XDRDecoder(bytes)
    do throws(XDRError) {
        switch data[0] % 8 {
        case 0: try RemoteJob(from: &decoder).encode(to: &encoder)
        case 1: try RemoteReceipt(from: &decoder).encode(to: &encoder)
        case 2: try RemoteTaking(from: &decoder).encode(to: &encoder)
        case 3: try RemoteCounts(from: &decoder).encode(to: &encoder)
        case 4: try readMixed(&decoder, &encoder)
        case 5:
            let words = try decoder.array("words", limit: .max) { decoder throws(XDRError) in
                try decoder.unsignedInt("word")
            }
            encoder.array(words) { $0.unsignedInt($1) }
        case 6:
            let texts = try decoder.array("texts", limit: 100) { decoder throws(XDRError) in
                try decoder.opaque("text", limit: .max)
            }
            encoder.array(texts) { $0.opaque($1) }
        default:
            let kinds: [NativeForm.Kind] = [.text, .integer, .text]
            _ = try? NativeForm.decode(Array(bytes), as: kinds)
            return 0
        }
    } catch {
        return 0
    }
    precondition(encoder.bytes.elementsEqual(bytes.prefix(decoder.position)))
    return 0
}

private func readMixed(
    _ decoder: inout XDRDecoder,
    _ encoder: inout XDREncoder
) throws(XDRError) {
    encoder.bool(try decoder.bool("bool"))
    encoder.hyper(try decoder.hyper("hyper"))
    encoder.string(try decoder.string("string", limit: 1000))
    encoder.fixedOpaque(try decoder.fixedOpaque("opaque", count: 7))
    encoder.double(try decoder.double("double"))
    encoder.quadruple(try decoder.quadruple("quadruple"))
    let optional = try decoder.optional("optional") { decoder throws(XDRError) in
        try decoder.int("int")
    }
    encoder.optional(optional) { $0.int($1) }
    encoder.enumeration(try decoder.enumeration("code", as: RemoteCode.self))
}
