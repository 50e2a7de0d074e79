// Products of bfloat16 points and weights, two channels an instruction, summed in float32.

#define CK_ROW_DOTS(BLOCKS, N)                                                                              \
    __m512bh row[BLOCKS];                                                                                   \
    CK_UNROLL for (int b = 0; b < BLOCKS; b++) row[b] = (__m512bh)_mm512_loadu_si512(w + b * other);        \
    CK_UNROLL for (int t = 0; t < N; t++) {                                                                 \
        __m512bh x = (__m512bh)_mm512_set1_epi32(in[t * CK_BLOCK / 2 + i / 2]);                             \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                          \
            sums[b][t][0] = (CK_WIDE)_mm512_dpbf16_ps((__m512)sums[b][t][0], row[b], x);                    \
    }

// A point is a pair of channels.
#define CK_DEFINE_DOTS(BLOCKS, N)                                                                           \
    CK_PRODUCT_KERNEL(products_dots, BLOCKS, N, int, 2, unsigned short, 2, CK_ROW_DOTS)
CK_EACH_TILE_COUNT(CK_DEFINE_DOTS, 1)
CK_EACH_PAIR_COUNT(CK_DEFINE_DOTS, 2)

CK_PRODUCTS(products_dots, sizeof(short), sizeof(short), 0)
