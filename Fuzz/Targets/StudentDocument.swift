/// What looks at students' documents before the XML parser does.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStudentDocument(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(StudentDocumentError) {
        let document = try DocumentScan.check(bytes, longest: 4096, deepest: 4)
        precondition(document.count <= 4096 && document.count <= bytes.count)
    } catch {
        let reason = "\(error)"
        precondition(!reason.unicodeScalars.contains { $0.value < 32 || $0.value == 127 })
    }
    return 0
}
