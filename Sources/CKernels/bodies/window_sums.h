// The sums of window_rows.h of bfloat16 in plain C, in the order in which the instructions for matrices make
// them. For tests.

static inline float bfloat16_value(unsigned short half) {
    unsigned bits = (unsigned)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void bfloat16_points(const ck_cells *g, const float *from, long count, void *points) {
    unsigned short *to = points;
    for (long t = 0; t < count; t++)
        for (long block = 0; block < g->cell_blocks; block++, to += CK_BLOCK)
            for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
                const float *in = from + block * g->block_step + t * g->stride + p;
                CK_WIDE x = block < g->blocks ? rounded_bfloat16(wide_load(in)) : (CK_WIDE){0};
                for (int i = 0; i < CK_LANES; i++) to[p + i] = (unsigned short)((unsigned)((CK_MASK)x)[i] >> 16);
            }
}

static void bfloat16_window_sums(const ck_windows *g, const char *points, const char *weights, long groups, long count,
                                 long left, float *output) {
    (void)left;
    for (long b = 0; b < g->outputs; b++)
        for (long t = 0; t < groups * count; t++)
            for (int n = 0; n < CK_BLOCK; n++) {
                const unsigned short *w = (const unsigned short *)(weights + b * g->weight_step) + 2 * n;
                float sum = 0;
                for (long cell = 0; cell < g->cells; cell++)
                    for (long tap = 0; tap < g->taps; tap++, w += 2 * CK_BLOCK * CK_BLOCK) {
                        const unsigned short *in = (const unsigned short *)(points + cell * g->cell_stride + g->offsets[tap]
                                                                            + t * g->cell);
                        float even = 0, odd = 0;
                        for (int k = 0; k < CK_BLOCK; k++) {
                            even += bfloat16_value(in[2 * k]) * bfloat16_value(w[k * 2 * CK_BLOCK]);
                            odd += bfloat16_value(in[2 * k + 1]) * bfloat16_value(w[k * 2 * CK_BLOCK + 1]);
                        }
                        sum += even + odd;
                    }
                output[b * CK_WINDOW_SUMS + t * CK_BLOCK + n] = sum;
            }
}

static void bfloat16_rows(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                          const float *residual, float *output) {
    window_rows(bfloat16_window_sums, CK_WINDOW_GROUP, 2, g, f, points, weights, channel, residual, output);
}
