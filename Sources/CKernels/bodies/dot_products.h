// Products of bfloat16 points and weights, two channels an instruction, summed in float32.

#define CK_ROW_DOTS(N)                                                                                      \
    __m512bh row = (__m512bh)_mm512_loadu_si512(w);                                                         \
    CK_UNROLL for (int t = 0; t < N; t++) sums[t][0] = (CK_WIDE)_mm512_dpbf16_ps(                           \
        (__m512)sums[t][0], row, (__m512bh)_mm512_set1_epi32(in[t * CK_BLOCK / 2 + i / 2]));

// A point is a pair of channels.
#define CK_DEFINE_DOTS(N) CK_PRODUCT_KERNEL(dots, N, int, unsigned short, 2, CK_ROW_DOTS)
CK_EACH_TILE_COUNT(CK_DEFINE_DOTS)
#define CK_ENTRY_DOTS(N) dots_##N,
static const ck_product_kernel kernels_dots[] = {0, CK_EACH_TILE_COUNT(CK_ENTRY_DOTS)};

static void products_dots(const void *points, long block_stride, long blocks, const void *weights, long count,
                          float *output) {
    each_group(kernels_dots, points, sizeof(unsigned short), block_stride / 2, blocks, weights, count, output);
}
