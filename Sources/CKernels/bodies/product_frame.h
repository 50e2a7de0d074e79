// The frame of the sums of products over the channels of blocks, the heart of Winograd convolutions, fully
// connected layers and every convolution with narrow weights:
//
//   output[tile][0..15] = sum over blocks, k of  points[block][tile][k] * weights[block][k][0..15]
//
// Up to CK_PRODUCT_TILES tiles are held in registers; each point is broadcast from memory against the weights
// of its channel. Weights are read once and in order, from memory far away: they are asked for CK_AHEAD bytes
// early. A sum depends on its own tile alone: how tiles are split over calls and threads changes no bit.
#define CK_AHEAD 4096

typedef void (*ck_product_kernel)(const ck_products *g, const void *points, const void *weights, float *output);

// Tiles that one and two blocks of output channels have in registers. Two share what is read of the points, a
// load for two products: cores that multiply two vectors in a cycle read two as well, and wait for one
// product a load. Where tiles take many groups, weights of CK_CACHED_BLOCKS blocks of input channels at a
// time stay in the first cache from group to group (8 KiB in float32).
#define CK_CACHED_BLOCKS 8
#if CK_LANES == 16
#define CK_PRODUCT_TILES 28
#define CK_PAIR_TILES 14
#define CK_EACH_PAIR_COUNT(M, A)                                                                            \
    M(A, 1) M(A, 2) M(A, 3) M(A, 4) M(A, 5) M(A, 6) M(A, 7)               \
    M(A, 8) M(A, 9) M(A, 10) M(A, 11) M(A, 12) M(A, 13) M(A, 14)
#define CK_EACH_TILE_COUNT(M, A)                                                                            \
    CK_EACH_PAIR_COUNT(M, A) M(A, 15) M(A, 16) M(A, 17) M(A, 18) M(A, 19) M(A, 20) M(A, 21) \
    M(A, 22) M(A, 23) M(A, 24) M(A, 25) M(A, 26) M(A, 27) M(A, 28)
#elif CK_LANES == 8
#define CK_PRODUCT_TILES 6
#define CK_PAIR_TILES 0
#define CK_EACH_PAIR_COUNT(M, A)
#define CK_EACH_TILE_COUNT(M, A) M(A, 1) M(A, 2) M(A, 3) M(A, 4) M(A, 5) M(A, 6)
#else
#define CK_PRODUCT_TILES 2
#define CK_PAIR_TILES 0
#define CK_EACH_PAIR_COUNT(M, A)
#define CK_EACH_TILE_COUNT(M, A) M(A, 1) M(A, 2)
#endif

// The kernel for N tiles and BLOCKS blocks of output channels. BODY(BLOCKS, N) adds ROWS rows of weights,
// from `w` and `other` elements behind it, to `sums`; `in` points to the points of the first tile, of
// CHANNELS channels each, `i` to the channel in the block.
#define CK_PRODUCT_KERNEL(NAME, BLOCKS, N, POINT, CHANNELS, WEIGHT, ROWS, BODY)                                   \
    static void NAME##_##BLOCKS##_##N(const ck_products *g, const void *points, const void *weights,        \
                                      float *output) {                                                      \
        const POINT *in = points;                                                                           \
        const WEIGHT *w = weights;                                                                          \
        const long stride = g->block_stride / CHANNELS;                                                     \
        const long other = g->weight_step / (long)sizeof(WEIGHT);                                           \
        CK_WIDE sums[BLOCKS][N][CK_PARTS];                                                                  \
        CK_EACH_PRODUCT(BLOCKS, N)                                                                          \
            sums[b][t][p] = g->adds ? wide_load(output + b * g->output_step + t * CK_BLOCK + p * CK_LANES)  \
                                    : (CK_WIDE){0};                                                         \
        for (long block = 0; block < g->blocks; block++, in += stride) {                                    \
            const long end = block + 1 < g->blocks ? CK_BLOCK : CK_BLOCK - g->missing;                      \
            for (long i = 0; i < end; i += ROWS, w += ROWS * CK_BLOCK) {                                    \
                CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                  \
                    __builtin_prefetch((const char *)(w + b * other) + CK_AHEAD);                           \
                BODY(BLOCKS, N)                                                                             \
            }                                                                                               \
        }                                                                                                   \
        CK_EACH_PRODUCT(BLOCKS, N)                                                                          \
            wide_store(output + b * g->output_step + t * CK_BLOCK + p * CK_LANES, sums[b][t][p]);           \
    }

#define CK_EACH_PRODUCT(BLOCKS, N)                                                                          \
    CK_UNROLL for (int b = 0; b < BLOCKS; b++) CK_UNROLL for (int t = 0; t < N; t++)                        \
        CK_UNROLL for (int p = 0; p < CK_PARTS; p++)

// All tiles of one or two blocks of output channels, by kernels for 1, 2, ... tiles of one block (`single`)
// and of two (`pairs`, where CK_PAIR_TILES is not 0).
static inline void each_group(const ck_product_kernel *single, const ck_product_kernel *pairs, const ck_products *g,
                              const char *points, long point_bytes, const char *weights, long weight_bytes, long count,
                              float *output) {
    if (g->outputs == 2 && CK_PAIR_TILES == 0) {
        ck_products one = *g;
        one.outputs = 1;
        each_group(single, pairs, &one, points, point_bytes, weights, weight_bytes, count, output);
        each_group(single, pairs, &one, points, point_bytes, weights + g->weight_step, weight_bytes, count,
                   output + g->output_step);
        return;
    }
    const ck_product_kernel *kernels = g->outputs == 2 ? pairs : single;
    const long most = g->outputs == 2 ? CK_PAIR_TILES : CK_PRODUCT_TILES;
    if (count > 0 && count <= most) {
        kernels[count](g, points, weights, output);
        return;
    }
    if (CK_PAIR_TILES == 0 && g->blocks > CK_CACHED_BLOCKS) {
        ck_products part = *g;
        for (long block = 0; block < g->blocks; block += CK_CACHED_BLOCKS) {
            part.blocks = ck_min(CK_CACHED_BLOCKS, g->blocks - block);
            part.adds = g->adds || block > 0;
            part.missing = block + part.blocks < g->blocks ? 0 : g->missing;
            each_group(single, pairs, &part, points + block * g->block_stride * point_bytes, point_bytes,
                       weights + block * CK_BLOCK * CK_BLOCK * weight_bytes, weight_bytes, count, output);
        }
        return;
    }
    // Only scales change from group to group: a copy of what has just been written part by part would wait
    // for it.
    ck_products rest;
    if (g->scales) rest = *g;
    while (count > 0) {
        // Groups of even size beat full ones with a small rest.
        long groups = (count + most - 1) / most, n = (count + groups - 1) / groups;
        kernels[n](g->scales ? &rest : g, points, weights, output);
        if (g->scales) rest.scales += n;
        points += n * CK_BLOCK * point_bytes;
        output += n * CK_BLOCK;
        count -= n;
    }
}

// The function NAME of a precision's table, from the kernels of that name. Weights that have to be widened
// (WIDENS) are so once for each group of tiles: where one block of output channels has room for all tiles and
// two have not, one after the other has half as much of that.
#define CK_PRODUCT_ENTRY(KERNEL, N) KERNEL##_##N,
#define CK_PRODUCTS(NAME, POINT_BYTES, WEIGHT_BYTES, WIDENS)                                                \
    static void NAME(const ck_products *g, const void *points, const void *weights, long count, float *output) { \
        static const ck_product_kernel single[] = {0, CK_EACH_TILE_COUNT(CK_PRODUCT_ENTRY, NAME##_1)};      \
        static const ck_product_kernel pairs[] = {0, CK_EACH_PAIR_COUNT(CK_PRODUCT_ENTRY, NAME##_2)};       \
        if (WIDENS && g->outputs == 2 && count > CK_PAIR_TILES && count <= CK_PRODUCT_TILES) {              \
            single[count](g, points, weights, output);                                                      \
            single[count](g, points, (const char *)weights + g->weight_step, output + g->output_step);      \
            return;                                                                                         \
        }                                                                                                   \
        each_group(single, pairs, g, points, POINT_BYTES, weights, WEIGHT_BYTES, count, output);            \
    }
