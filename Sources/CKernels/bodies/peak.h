// How fast this instruction set multiplies and adds when nothing else is in the way: the yardstick of profiles.

// Enough chains to cover the latency of every multiply-add unit there is.
#define CK_CHAINS 12

static long multiply_adds(long rounds, float *sink) {
    CK_WIDE sums[CK_CHAINS], factor = wide_load(sink);
    CK_UNROLL for (int i = 0; i < CK_CHAINS; i++) sums[i] = factor + (float)i;
    for (long round = 0; round < rounds; round++)
        CK_UNROLL for (int i = 0; i < CK_CHAINS; i++) sums[i] += sums[i] * factor;
    CK_UNROLL for (int i = 1; i < CK_CHAINS; i++) sums[0] += sums[i];
    wide_store(sink, sums[0]);
    return rounds * CK_CHAINS * CK_LANES;
}
