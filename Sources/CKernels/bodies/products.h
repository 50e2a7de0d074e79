// Products whose weights are stored as float32, as float16, or as bfloat16 for CPUs without products of those. All
// arithmetic is in float32.

// Two neighbouring channels' weights of a vector of outputs lie side by side in bfloat16.
static inline CK_WIDE pair_first(CK_MASK pairs) { return (CK_WIDE)(pairs << 16); }
static inline CK_WIDE pair_second(CK_MASK pairs) { return (CK_WIDE)(pairs & (int)0xFFFF0000); }

#define CK_PRODUCT_ROW(N, LOAD, AT)                                                                         \
    {                                                                                                       \
        CK_WIDE row[CK_PARTS];                                                                              \
        CK_UNROLL for (int p = 0; p < CK_PARTS; p++) row[p] = LOAD(w + (AT)*CK_BLOCK + p * CK_LANES);       \
        CK_UNROLL for (int t = 0; t < N; t++) {                                                             \
            float x = in[t * CK_BLOCK + i + (AT)];                                                          \
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[t][p] += row[p] * x;                          \
        }                                                                                                   \
    }
#define CK_ROW_FLOAT32(N) CK_PRODUCT_ROW(N, wide_load, 0)
#define CK_ROW_FLOAT16(N) CK_PRODUCT_ROW(N, wide_load_half, 0) CK_PRODUCT_ROW(N, wide_load_half, 1)
#define CK_ROW_BFLOAT16(N)                                                                                  \
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {                                                          \
        CK_MASK pairs = *(const CK_MASK *)(w + 2 * p * CK_LANES);                                           \
        CK_WIDE first = pair_first(pairs), second = pair_second(pairs);                                     \
        CK_UNROLL for (int t = 0; t < N; t++) {                                                             \
            sums[t][p] += second * in[t * CK_BLOCK + i + 1];                                                \
            sums[t][p] += first * in[t * CK_BLOCK + i];                                                     \
        }                                                                                                   \
    }

#define CK_DEFINE_PRODUCTS(N)                                                                               \
    CK_PRODUCT_KERNEL(products_float32, N, float, float, 1, CK_ROW_FLOAT32)                                        \
    CK_PRODUCT_KERNEL(products_float16, N, float, unsigned short, 2, CK_ROW_FLOAT16)                               \
    CK_PRODUCT_KERNEL(products_bfloat16, N, float, unsigned short, 2, CK_ROW_BFLOAT16)
CK_EACH_TILE_COUNT(CK_DEFINE_PRODUCTS)

#define CK_ENTRY_FLOAT32(N) products_float32_##N,
#define CK_ENTRY_FLOAT16(N) products_float16_##N,
#define CK_ENTRY_BFLOAT16(N) products_bfloat16_##N,
static const ck_product_kernel kernels_float32[] = {0, CK_EACH_TILE_COUNT(CK_ENTRY_FLOAT32)};
static const ck_product_kernel kernels_float16[] = {0, CK_EACH_TILE_COUNT(CK_ENTRY_FLOAT16)};
static const ck_product_kernel kernels_bfloat16[] = {0, CK_EACH_TILE_COUNT(CK_ENTRY_BFLOAT16)};

static void products_float32(const void *points, long block_stride, long blocks, const void *weights, long count,
                             float *output) {
    each_group(kernels_float32, points, sizeof(float), block_stride, blocks, weights, count, output);
}

static void products_float16(const void *points, long block_stride, long blocks, const void *weights, long count,
                             float *output) {
    each_group(kernels_float16, points, sizeof(float), block_stride, blocks, weights, count, output);
}

static void products_bfloat16(const void *points, long block_stride, long blocks, const void *weights, long count,
                              float *output) {
    each_group(kernels_bfloat16, points, sizeof(float), block_stride, blocks, weights, count, output);
}
