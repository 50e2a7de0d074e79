import Inference
import Kernels
import Testing

@Suite struct BufferPoolTests {
    @Test func `a buffer that was given back is taken again`() {
        let pool = BufferPool(limit: 2)
        let buffer = pool.take(atLeast: 100)
        #expect(buffer.byteCount >= 100)
        pool.give(buffer)
        #expect(pool.take(atLeast: 60) === buffer)
    }

    @Test func `nobody shares a buffer`() {
        let pool = BufferPool(limit: 2)
        let (one, other) = (pool.take(atLeast: 10), pool.take(atLeast: 10))
        #expect(one !== other)
    }

    @Test func `of more than are kept the smallest go`() {
        let pool = BufferPool(limit: 2)
        let buffers = [300, 100, 200].map { pool.take(atLeast: $0) }
        for buffer in buffers { pool.give(buffer) }
        #expect(pool.take(atLeast: 1) === buffers[2])
        #expect(pool.take(atLeast: 1) === buffers[0])
        #expect(!buffers.contains { $0 === pool.take(atLeast: 1) })
    }

    @Test func `one that is too small stays for others`() {
        let pool = BufferPool(limit: 2)
        let small = pool.take(atLeast: 10)
        pool.give(small)
        #expect(pool.take(atLeast: 1_000).byteCount >= 1_000)
        #expect(pool.take(atLeast: 10) === small)
    }
}
