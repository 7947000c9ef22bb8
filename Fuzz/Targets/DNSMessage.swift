/// The bytes as a DNS message; what is read is written again, and read again as the same message.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let datagram = Array(UnsafeBufferPointer(start: data, count: size))
    do {
        let message = try DNSMessage(datagram)
        precondition(message.questions.count + message.records.count <= DNSMessage.mostEntries)
        for record in message.records {
            precondition(record.name.labels.count < DNSName.longest / 2 + 1)
            precondition(!record.comparisonKey.isEmpty)
            _ = record.name.description
        }
        let bytes = message.bytes
        // Without pointers into other records' data it may become longer than what was read.
        if bytes.count <= DNSMessage.longest {
            let again = try DNSMessage(bytes)
            precondition(again == message)
        }
    } catch let error as DNSError {
        precondition(!error.description.isEmpty)
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
