/// A short list that a slice fills inside the kernel and its thread empties outside.
struct Outbox<Element> {
    private let memory: UnsafeMutableBufferPointer<Element>
    private(set) var count = 0

    init(capacity: Int) {
        memory = .allocate(capacity: capacity)
    }

    func deallocate() {
        memory.deallocate()
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        memory.initializeElement(at: count, to: element)
        count &+= 1
    }

    var isEmpty: Bool { count == 0 }

    var elements: UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(rebasing: memory[..<count])
    }

    mutating func removeAll() {
        count = 0
    }
}
