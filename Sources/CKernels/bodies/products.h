// Products whose weights are stored as float32, as float16, or as bfloat16 for CPUs without products of
// those. All arithmetic is in float32.

// Two neighbouring channels' weights of a vector of outputs lie side by side in bfloat16.
static inline CK_WIDE pair_first(CK_MASK pairs) { return (CK_WIDE)(pairs << 16); }
static inline CK_WIDE pair_second(CK_MASK pairs) { return (CK_WIDE)(pairs & (int)0xFFFF0000); }

#define CK_PRODUCT_ROW(BLOCKS, N, LOAD, AT)                                                                 \
    {                                                                                                       \
        CK_WIDE row[BLOCKS][CK_PARTS];                                                                      \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                          \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++)                                                    \
                row[b][p] = LOAD(w + b * other + (AT)*CK_BLOCK + p * CK_LANES);                             \
        CK_UNROLL for (int t = 0; t < N; t++) {                                                             \
            float x = in[t * CK_BLOCK + i + (AT)];                                                          \
            CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                      \
                CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[b][t][p] += row[b][p] * x;                \
        }                                                                                                   \
    }
#define CK_ROW_FLOAT32(BLOCKS, N) CK_PRODUCT_ROW(BLOCKS, N, wide_load, 0)
#define CK_ROW_FLOAT16(BLOCKS, N)                                                                           \
    CK_PRODUCT_ROW(BLOCKS, N, wide_load_half, 0) CK_PRODUCT_ROW(BLOCKS, N, wide_load_half, 1)
#define CK_ROW_BFLOAT16(BLOCKS, N)                                                                          \
    CK_UNROLL for (int b = 0; b < BLOCKS; b++) CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {               \
        CK_MASK pairs = *(const CK_MASK *)(w + b * other + 2 * p * CK_LANES);                               \
        CK_WIDE first = pair_first(pairs), second = pair_second(pairs);                                     \
        CK_UNROLL for (int t = 0; t < N; t++) {                                                             \
            sums[b][t][p] += second * in[t * CK_BLOCK + i + 1];                                             \
            sums[b][t][p] += first * in[t * CK_BLOCK + i];                                                  \
        }                                                                                                   \
    }

#define CK_DEFINE_PRODUCTS(BLOCKS, N)                                                                       \
    CK_PRODUCT_KERNEL(products_float32, BLOCKS, N, float, 1, float, 1, CK_ROW_FLOAT32)                      \
    CK_PRODUCT_KERNEL(products_float16, BLOCKS, N, float, 1, unsigned short, 2, CK_ROW_FLOAT16)             \
    CK_PRODUCT_KERNEL(products_bfloat16, BLOCKS, N, float, 1, unsigned short, 2, CK_ROW_BFLOAT16)
CK_EACH_TILE_COUNT(CK_DEFINE_PRODUCTS, 1)
CK_EACH_PAIR_COUNT(CK_DEFINE_PRODUCTS, 2)

CK_PRODUCTS(products_float32, sizeof(float), sizeof(float), 0)
CK_PRODUCTS(products_float16, sizeof(float), sizeof(short), 1)
CK_PRODUCTS(products_bfloat16, sizeof(float), sizeof(short), 0)
