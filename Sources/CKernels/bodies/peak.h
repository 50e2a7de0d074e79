// How fast this instruction set multiplies and adds when nothing else is in the way: the yardstick of
// profiles.

// Enough chains to cover the latency of every multiply-add unit there is.
#define CK_CHAINS 12

#define CK_MULTIPLY_ADDS(NAME, L)                                                                           \
    static long NAME(long rounds, float *sink) {                                                            \
        ck_v##L sums[CK_CHAINS], factor = CK_LOAD(L, sink);                                                 \
        CK_UNROLL for (int i = 0; i < CK_CHAINS; i++) sums[i] = factor + (float)i;                          \
        for (long round = 0; round < rounds; round++)                                                       \
            CK_UNROLL for (int i = 0; i < CK_CHAINS; i++) sums[i] += sums[i] * factor;                      \
        CK_UNROLL for (int i = 1; i < CK_CHAINS; i++) sums[0] += sums[i];                                   \
        CK_STORE(L, sink, sums[0]);                                                                         \
        return rounds * CK_CHAINS * L;                                                                      \
    }

#if CK_LANES == 16
CK_MULTIPLY_ADDS(multiply_adds, 16)
CK_MULTIPLY_ADDS(half_multiply_adds, 8)
#define CK_HALF_MULTIPLY_ADDS half_multiply_adds
#elif CK_LANES == 8
CK_MULTIPLY_ADDS(multiply_adds, 8)
#define CK_HALF_MULTIPLY_ADDS 0
#else
CK_MULTIPLY_ADDS(multiply_adds, 4)
#define CK_HALF_MULTIPLY_ADDS 0
#endif
