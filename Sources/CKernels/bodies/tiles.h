// The product at the heart of every dense convolution: sixteen output channels of up to CK_TILES positions are
// held in registers, and each input element is broadcast from memory against the weights of its channel.
//
//   sums[tile][0..15] = sum over k of  input(tile, k) * weights[k][0..15]
//
// k runs over blocks, kernel rows, kernel columns and the `inner` channels of a block, in the order of the weights.
// A sum depends on its own position alone: how positions are split over calls and threads changes no bit.

#define CK_DEFINE_TILES(N)                                                                                  \
    static inline __attribute__((always_inline)) void sum_tiles_##N(                                        \
        const ck_taps *g, const float *input, const float *weights, CK_WIDE sums[N][CK_PARTS]) {            \
        CK_UNROLL for (int t = 0; t < N; t++)                                                               \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[t][p] = (CK_WIDE){0};                         \
        const long tile_stride = g->tile_stride, inner = g->inner;                                          \
        for (long block = 0; block < g->blocks; block++)                                                    \
            for (long ky = 0; ky < g->rows; ky++)                                                           \
                for (long kx = 0; kx < g->columns; kx++) {                                                  \
                    const float *in = input + block * g->block_stride + ky * g->row_stride                  \
                                      + kx * g->column_stride;                                              \
                    for (long i = 0; i < inner; i++, weights += CK_BLOCK) {                                 \
                        CK_WIDE w[CK_PARTS];                                                                \
                        CK_UNROLL for (int p = 0; p < CK_PARTS; p++) w[p] =                                 \
                            wide_load(weights + p * CK_LANES);                                              \
                        CK_UNROLL for (int t = 0; t < N; t++) {                                             \
                            float x = in[t * tile_stride + i];                                              \
                            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[t][p] += w[p] * x;            \
                        }                                                                                   \
                    }                                                                                       \
                }                                                                                           \
    }                                                                                                       \
    static void raw_tiles_##N(const ck_taps *g, const float *input, const float *weights, float *output) {  \
        CK_WIDE sums[N][CK_PARTS];                                                                          \
        sum_tiles_##N(g, input, weights, sums);                                                             \
        CK_UNROLL for (int t = 0; t < N; t++)                                                               \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++)                                                    \
                wide_store(output + t * CK_BLOCK + p * CK_LANES, sums[t][p]);                               \
    }
typedef void (*ck_raw_tiles)(const ck_taps *, const float *, const float *, float *);
#if CK_LANES == 16
#define CK_TILES 28
CK_DEFINE_TILES(1) CK_DEFINE_TILES(2) CK_DEFINE_TILES(3) CK_DEFINE_TILES(4) CK_DEFINE_TILES(5)
CK_DEFINE_TILES(6) CK_DEFINE_TILES(7) CK_DEFINE_TILES(8) CK_DEFINE_TILES(9) CK_DEFINE_TILES(10)
CK_DEFINE_TILES(11) CK_DEFINE_TILES(12) CK_DEFINE_TILES(13) CK_DEFINE_TILES(14) CK_DEFINE_TILES(15)
CK_DEFINE_TILES(16) CK_DEFINE_TILES(18) CK_DEFINE_TILES(20) CK_DEFINE_TILES(22) CK_DEFINE_TILES(24)
CK_DEFINE_TILES(26) CK_DEFINE_TILES(28)
static const ck_raw_tiles raw_tiles[CK_TILES + 1] = {
    0, raw_tiles_1, raw_tiles_2, raw_tiles_3, raw_tiles_4, raw_tiles_5, raw_tiles_6, raw_tiles_7, raw_tiles_8,
    raw_tiles_9, raw_tiles_10, raw_tiles_11, raw_tiles_12, raw_tiles_13, raw_tiles_14, raw_tiles_15,
    raw_tiles_16, 0, raw_tiles_18, 0, raw_tiles_20, 0, raw_tiles_22, 0, raw_tiles_24, 0, raw_tiles_26, 0, raw_tiles_28,
};
#elif CK_LANES == 8
#define CK_TILES 6
CK_DEFINE_TILES(1) CK_DEFINE_TILES(2) CK_DEFINE_TILES(3) CK_DEFINE_TILES(4) CK_DEFINE_TILES(5) CK_DEFINE_TILES(6)
static const ck_raw_tiles raw_tiles[CK_TILES + 1] = {
    0, raw_tiles_1, raw_tiles_2, raw_tiles_3, raw_tiles_4, raw_tiles_5, raw_tiles_6};
#else
#define CK_TILES 2
CK_DEFINE_TILES(1) CK_DEFINE_TILES(2)
static const ck_raw_tiles raw_tiles[CK_TILES + 1] = {0, raw_tiles_1, raw_tiles_2};
#endif

// All `count` tiles of one block of output channels; output holds 16 floats a tile.
static void sum_all_tiles(const ck_taps *g, const float *input, const float *weights, long count, float *output) {
    while (count > 0) {
        // Groups of even size beat full ones with a small rest.
        long groups = (count + CK_TILES - 1) / CK_TILES, n = (count + groups - 1) / groups;
        if (!raw_tiles[n]) n++;
        if (n > count) { n = count; if (!raw_tiles[n]) n--; }
        raw_tiles[n](g, input, weights, output);
        input += n * g->tile_stride;
        output += n * CK_BLOCK;
        count -= n;
    }
}
