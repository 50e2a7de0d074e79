// Floats that stand for bytes as bytes again, exactly. What no byte stands for becomes one all the same, NaN
// and infinities the least.

static inline void store_bytes(unsigned char *to, CK_WIDE x, float inverse, float zero) {
    // The lowest bits of the sum. Those of NaN may be anything.
    CK_MASK sum = (CK_MASK)(x * inverse + (CK_TO_WHOLE + zero)) & (x == x);
#ifdef CK_BYTES
    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8((__m512i)sum));
#else
    for (int i = 0; i < CK_LANES; i++) to[i] = (unsigned char)(sum[i] & 255);
#endif
}

static void byte_points(const ck_cells *g, const float *from, long count, void *points) {
    const long cell = g->cell_blocks * CK_BLOCK;
    for (long block = 0; block < g->cell_blocks; block++) {
        unsigned char *to = (unsigned char *)points + block * CK_BLOCK;
        // What is not there is read of a block that is, times 0.
        const int there = block < g->blocks;
        const float *in = there ? from + block * g->block_step : from;
        const float inverse = there ? g->inverse : 0;
        for (long t = 0; t < count; t++, in += g->stride, to += cell)
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
                store_bytes(to + p, wide_load(in + p), inverse, (float)g->zero);
    }
}
