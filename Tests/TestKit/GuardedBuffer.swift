import Glibc

/// Memory for exactly so many elements that ends, or begins, at a page that nobody may touch: who reads or
/// writes past that end stops at once, with or without a sanitizer.
///
/// Not for more than one thread at a time, unless it is only read.
package final class GuardedBuffer<Element: BitwiseCopyable> {
    /// Which end of the elements meets the page.
    package enum Side: Sendable, CaseIterable { case start, end }

    /// The elements, 64-byte aligned where their size allows it.
    package let base: UnsafeMutablePointer<Element>
    package let count: Int

    private let region: UnsafeMutableRawPointer
    private let regionBytes: Int

    /// A copy of `elements`. Traps when the system has no memory.
    package init(_ elements: [Element], side: Side) {
        count = elements.count
        let (page, bytes) = (Int(getpagesize()), elements.count * MemoryLayout<Element>.stride)
        let room = (bytes + page - 1) / page * page
        regionBytes = room + 2 * page
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        region = mmap(nil, regionBytes, PROT_NONE, flags, -1, 0)
        precondition(region != MAP_FAILED, "no memory")
        let inside = region + page
        precondition(room == 0 || mprotect(inside, room, PROT_READ | PROT_WRITE) == 0)
        base = (side == .start ? inside : inside + room - bytes).bindMemory(to: Element.self, capacity: count)
        base.initialize(from: elements, count: count)
    }

    deinit { munmap(region, regionBytes) }

    /// What the memory holds now.
    package var elements: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
