// The sums of window_rows.h of bytes in vectors, four channels an instruction.

// sum plus the products of the four bytes in x and the four signed ones in each lane of w.
static inline __attribute__((always_inline)) CK_MASK unit_products(CK_MASK sum, int x, CK_MASK w) {
#ifdef CK_BYTES
    return (CK_MASK)_mm512_dpbusd_epi32((__m512i)sum, _mm512_set1_epi32(x), (__m512i)w);
#else
    for (int i = 0; i < 4; i++) sum += ((((w >> 8 * i) & 255) ^ 128) - 128) * (x >> 8 * i & 255);
    return sum;
#endif
}

// n positions by one or two blocks of output channels; both are constants where this is inlined.
static inline __attribute__((always_inline)) void byte_tile(int n, int blocks, const ck_windows *g, const char *points,
                                                             const char *weights, float *output) {
    const long cell = g->cell, other = g->weight_step;
    const ck_weight_header *header = (const ck_weight_header *)weights;
    const char *w = (const char *)(header + 1);
    CK_MASK sums[2][CK_PRODUCT_TILES][CK_PARTS];
    CK_EACH_PRODUCT(blocks, n) sums[b][t][p] = *(const CK_MASK *)((const char *)(header->start + p * CK_LANES) + b * other);
    for (long i = 0; i < g->cells; i++, points += g->cell_stride)
        for (long tap = 0; tap < g->taps; tap++) {
            const char *in = points + g->offsets[tap];
            for (long unit = 0; unit < cell; unit += 4, w += 4 * CK_BLOCK) {
                CK_MASK row[2][CK_PARTS];
                CK_UNROLL for (int b = 0; b < blocks; b++) {
                    __builtin_prefetch(w + b * other + CK_AHEAD);
                    CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
                        row[b][p] = *(const CK_MASK *)(w + b * other + p * 4 * CK_LANES);
                }
                CK_UNROLL for (int t = 0; t < n; t++) {
                    int x;
                    memcpy(&x, in + t * cell + unit, sizeof x);
                    CK_UNROLL for (int b = 0; b < blocks; b++)
                        CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
                            sums[b][t][p] = unit_products(sums[b][t][p], x, row[b][p]);
                }
            }
        }
    CK_EACH_PRODUCT(blocks, n) {
        CK_WIDE scale = wide_load((const float *)((const char *)(header->scale + p * CK_LANES) + b * other));
        wide_store(output + b * CK_WINDOW_SUMS + t * CK_BLOCK + p * CK_LANES,
                   __builtin_convertvector(sums[b][t][p], CK_WIDE) * scale);
    }
}

typedef void (*ck_byte_kernel)(const ck_windows *g, const char *points, const char *weights, float *output);

#define CK_DEFINE_BYTE_SUMS(BLOCKS, N)                                                                          \
    static void byte_sums_##BLOCKS##_##N(const ck_windows *g, const char *points, const char *weights, float *output) { \
        byte_tile(N, BLOCKS, g, points, weights, output);                                                  \
    }
CK_EACH_TILE_COUNT(CK_DEFINE_BYTE_SUMS, 1)
CK_EACH_PAIR_COUNT(CK_DEFINE_BYTE_SUMS, 2)

static void byte_window_sums(const ck_windows *g, const char *points, const char *weights, long groups, long count,
                              long left, float *output) {
    static const ck_byte_kernel single[] = {0, CK_EACH_TILE_COUNT(CK_PRODUCT_ENTRY, byte_sums_1)};
    static const ck_byte_kernel pairs[] = {0, CK_EACH_PAIR_COUNT(CK_PRODUCT_ENTRY, byte_sums_2)};
    (void)groups;
    const long n = ck_min(count, left);
    if (g->outputs == 2 && CK_PAIR_TILES > 0) {
        pairs[n](g, points, weights, output);
        return;
    }
    for (long b = 0; b < g->outputs; b++)
        single[n](g, points, weights + b * g->weight_step, output + b * CK_WINDOW_SUMS);
}

static void byte_rows(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                       const float *residual, float *output) {
    const long most = g->outputs == 2 && CK_PAIR_TILES > 0 ? CK_PAIR_TILES : CK_PRODUCT_TILES;
    window_rows(byte_window_sums, most, 1, g, f, points, weights, channel, residual, output);
}
