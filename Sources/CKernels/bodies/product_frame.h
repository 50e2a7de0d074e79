// The frame of the sums of products over the channels of blocks, the heart of Winograd convolutions, fully connected layers and every
// convolution with narrow weights:
//
//   output[tile][0..15] = sum over blocks, k of  points[block][tile][k] * weights[block][k][0..15]
//
// Up to CK_PRODUCT_TILES tiles are held in registers; each point is broadcast from memory against the weights of its
// channel. Weights are read once and in order, from memory far away: they are asked for CK_AHEAD bytes early.
// A sum depends on its own tile alone: how tiles are split over calls and threads changes no bit.
#define CK_AHEAD 4096

typedef void (*ck_product_kernel)(const void *points, long block_stride, long blocks, const void *weights,
                                  float *output);

#if CK_LANES == 16
#define CK_PRODUCT_TILES 28
#define CK_EACH_TILE_COUNT(M)                                                                               \
    M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15) M(16) M(17) M(18)      \
    M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28)
#elif CK_LANES == 8
#define CK_PRODUCT_TILES 6
#define CK_EACH_TILE_COUNT(M) M(1) M(2) M(3) M(4) M(5) M(6)
#else
#define CK_PRODUCT_TILES 2
#define CK_EACH_TILE_COUNT(M) M(1) M(2)
#endif

// The kernel for N tiles. BODY(N) adds ROWS rows of weights, from `w`, to `sums`; `in` points to the points of the first
// tile, `i` to the channel in the block.
#define CK_PRODUCT_KERNEL(NAME, N, POINT, WEIGHT, ROWS, BODY)                                                      \
    static void NAME##_##N(const void *points, long block_stride, long blocks, const void *weights,         \
                           float *output) {                                                                 \
        const POINT *in = points;                                                                           \
        const WEIGHT *w = weights;                                                                          \
        CK_WIDE sums[N][CK_PARTS];                                                                          \
        CK_UNROLL for (int t = 0; t < N; t++)                                                               \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[t][p] = (CK_WIDE){0};                         \
        for (long block = 0; block < blocks; block++, in += block_stride)                                   \
            for (long i = 0; i < CK_BLOCK; i += ROWS, w += ROWS * CK_BLOCK) {                               \
                __builtin_prefetch((const char *)w + CK_AHEAD);                                             \
                BODY(N)                                                                                     \
            }                                                                                               \
        CK_UNROLL for (int t = 0; t < N; t++)                                                               \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++)                                                    \
                wide_store(output + t * CK_BLOCK + p * CK_LANES, sums[t][p]);                               \
    }

// Groups of even size beat full ones with a small rest.
static inline void each_group(const ck_product_kernel *kernels, const char *points, long point_bytes,
                              long block_stride, long blocks, const void *weights, long count, float *output) {
    while (count > 0) {
        long groups = (count + CK_PRODUCT_TILES - 1) / CK_PRODUCT_TILES, n = (count + groups - 1) / groups;
        kernels[n](points, block_stride, blocks, weights, output);
        points += n * CK_BLOCK * point_bytes;
        output += n * CK_BLOCK;
        count -= n;
    }
}

