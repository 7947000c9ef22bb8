/// A thread of the engine, or an agent, as a small number: its place in the kernel's table.
package struct ThreadID: Hashable, Comparable, Sendable {
    package let index: UInt16

    package init(_ index: Int) {
        self.index = UInt16(index)
    }

    package init(_ index: UInt16) {
        self.index = index
    }

    package static func < (left: ThreadID, right: ThreadID) -> Bool { left.index < right.index }
}
