// Products of bytes, four channels an instruction, summed exactly. Points are unsigned, 128 more than the
// numbers they stand for; what that adds to a sum is known when weights are packed, and taken off as the sum
// starts. Weights of a sum are a header and `[blocks][4][16][4]`.

// The kernel for N tiles and BLOCKS blocks of output channels, which shares what is read of the points as
// those of product_frame.h do.
#define CK_BYTE_KERNEL(BLOCKS, N)                                                                           \
    static void products_bytes_##BLOCKS##_##N(const ck_products *g, const void *points, const void *weights, \
                                              float *output) {                                              \
        const int *in = points;                                                                             \
        const char *w = weights;                                                                            \
        const long stride = g->block_stride / 4, other = g->weight_step;                                    \
        __m512i sums[BLOCKS][N];                                                                            \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++) {                                                        \
            __m512i start = _mm512_loadu_si512(((const ck_weight_header *)(w + b * other))->start);         \
            CK_UNROLL for (int t = 0; t < N; t++) sums[b][t] = start;                                       \
        }                                                                                                   \
        w += sizeof(ck_weight_header);                                                                      \
        for (long block = 0; block < g->blocks; block++, in += stride)                                      \
            for (long i = 0; i < CK_BLOCK / 4; i++, w += 4 * CK_BLOCK) {                                    \
                __m512i row[BLOCKS];                                                                        \
                CK_UNROLL for (int b = 0; b < BLOCKS; b++) {                                                \
                    __builtin_prefetch(w + b * other + CK_AHEAD);                                           \
                    row[b] = _mm512_loadu_si512(w + b * other);                                             \
                }                                                                                           \
                CK_UNROLL for (int t = 0; t < N; t++) {                                                     \
                    __m512i x = _mm512_set1_epi32(in[t * CK_BLOCK / 4 + i]);                                \
                    CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                              \
                        sums[b][t] = _mm512_dpbusd_epi32(sums[b][t], x, row[b]);                            \
                }                                                                                           \
            }                                                                                               \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++) {                                                        \
            __m512 scale = _mm512_loadu_ps(((const ck_weight_header *)((const char *)weights + b * other))->scale); \
            CK_UNROLL for (int t = 0; t < N; t++)                                                           \
                _mm512_storeu_ps(output + b * g->output_step + t * CK_BLOCK,                                \
                                 _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums[b][t]), scale),        \
                                               _mm512_set1_ps(g->scales[t])));                              \
        }                                                                                                   \
    }
#define CK_DEFINE_BYTE_KERNEL(BLOCKS, N) CK_BYTE_KERNEL(BLOCKS, N)
CK_EACH_TILE_COUNT(CK_DEFINE_BYTE_KERNEL, 1)
CK_EACH_PAIR_COUNT(CK_DEFINE_BYTE_KERNEL, 2)

CK_PRODUCTS(products_bytes, 1, 1, 0)

static void pack_bytes(const float *rows, long count, void *packed) {
    ck_weight_header *header = packed;
    signed char *bytes = (signed char *)(header + 1);
    float inverse[CK_BLOCK];
    weight_scales(rows, count, header, inverse);
    for (long row = 0; row < count; row++)
        for (int n = 0; n < CK_BLOCK; n++) {
            int whole = whole_weight(rows[row * CK_BLOCK + n], inverse[n]);
            bytes[(row / 4 * CK_BLOCK + n) * 4 + row % 4] = (signed char)whole;
            header->start[n] -= 128 * whole;
        }
}
