// The end of a convolution whose sums were made elsewhere.

static void finish_sums(const ck_finish *f, const float *sums, long channel, long count, const float *residual,
                   float *output) {
    for (long i = 0; i < count * CK_BLOCK; i += CK_BLOCK)
        CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
            wide_store(output + i + p,
                       finished(f, wide_load(sums + i + p), channel + p, residual ? residual + i + p : 0));
    finish_rest(f, output, count * CK_BLOCK);
}
