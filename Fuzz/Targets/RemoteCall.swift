/// A server reads the bytes as a call, a client reads them as replies of every procedure.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let message = UnsafeRawBufferPointer(start: data, count: size)
    switch IncomingCall(message) {
    case .call(let call):
        precondition(call.argumentBytes.count <= size)
        _ = CRC32.checksum(call.argumentBytes)
        switch call.arguments {
        case .submit(let submit): check(submit)
        case .put(let put): check(put.submit)
        default: break
        }
    case .refused(let xid, let refusal):
        var encoder = XDREncoder()
        refusal.encode(xid: xid, to: &encoder)
        // A forged sender must not be sent more than it sent.
        precondition(encoder.bytes.count <= size)
        precondition(encoder.bytes.withUnsafeBytes { RemoteReply.xid(of: $0) } == xid)
    case .dropped: break
    }
    for procedure in RemoteProcedure.allCases {
        guard let result = try? RemoteReply.result(in: message, of: procedure) else { continue }
        var encoder = XDREncoder()
        result.encode(xid: 0, to: &encoder)
        precondition(encoder.bytes.count <= size)
    }
    return 0
}

private func check(_ submit: RemoteSubmitView) {
    precondition(submit.device.count <= RemoteProgram.longestName)
    precondition(submit.body.count <= RemoteProgram.longestBody)
    submit.device.withMemoryRebound(to: UInt8.self) { _ = Sanitizer.sanitize($0.span) }
}
