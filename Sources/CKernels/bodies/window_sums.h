// The sums of window_rows.h in plain C, in the order in which the instructions for matrices make them. For tests.

static inline float bfloat16_value(unsigned short half) {
    unsigned bits = (unsigned)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void window_points(const float *first, const float *second, long stride, long count, void *points) {
    unsigned short *to = points;
    for (long t = 0; t < count; t++, to += 2 * CK_BLOCK)
        for (int half = 0; half < 2; half++)
            for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
                const float *from = half ? second : first;
                CK_WIDE x = from ? rounded_bfloat16(wide_load(from + t * stride + p)) : (CK_WIDE){0};
                for (int i = 0; i < CK_LANES; i++)
                    to[half * CK_BLOCK + p + i] = (unsigned short)((unsigned)((CK_MASK)x)[i] >> 16);
            }
}

static void window_sums(const ck_windows *g, const unsigned short *points, const void *weights, long groups, long count,
                        float *output) {
    for (long b = 0; b < g->outputs; b++)
        for (long t = 0; t < groups * count; t++)
            for (int n = 0; n < CK_BLOCK; n++) {
                const unsigned short *w = (const unsigned short *)((const char *)weights + b * g->weight_step) + 2 * n;
                float sum = 0;
                for (long pair = 0; pair < g->pairs; pair++)
                    for (long tap = 0; tap < g->taps; tap++, w += 2 * CK_BLOCK * CK_BLOCK) {
                        const unsigned short *in = points + pair * g->pair_stride + g->offsets[tap] + t * 2 * CK_BLOCK;
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
