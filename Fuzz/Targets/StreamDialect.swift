/// A connection's first bytes, one after another: a decision is one that more bytes do not change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    var decided: StreamDialect?
    for count in 0...min(size, 64) {
        let bytes = UnsafeBufferPointer(start: data, count: count)
        let dialect = StreamDialect.decide(bytes.span)
        if let decided { precondition(dialect == decided, "more bytes changed the decision") }
        decided = dialect
    }
    _ = StreamDialect.decide(UnsafeBufferPointer(start: data, count: size).span)
    return 0
}
