// Rows of floats as whole numbers of -127 to 127 with a scale: what the products of one tile sum over, and
// the weights of one output channel.

// A number rounded to the nearest whole one, ties to even, are the lowest bits of its sum with this.
#define CK_ROUNDER 0x1.8p23f

#ifdef CK_BYTES
// 128 more, which the products of bytes want of one side.
typedef unsigned char ck_whole;
#else
typedef float ck_whole;
#endif

// The scale of numbers of which the largest magnitude has these bits, and its inverse for those of finite
// ones.
static inline float whole_scale(int bits, float *inverse) {
    union {
        int bits;
        float value;
    } largest = {bits};
    *inverse = 0;
    if (bits >= 0x7F800000) return __builtin_nanf("");
    if (largest.value < 0x1p-100f) return 0;
    *inverse = 127 / largest.value;
    return largest.value / 127;
}

static inline CK_MASK larger_bits(CK_MASK most, CK_WIDE x) {
#if defined(__x86_64__) && CK_LANES == 16
    return (CK_MASK)_mm512_max_epi32((__m512i)most, (__m512i)((CK_MASK)x & 0x7FFFFFFF));
#else
    CK_MASK bits = (CK_MASK)x & 0x7FFFFFFF, larger = bits > most;
    return (bits & larger) | (most & ~larger);
#endif
}

static inline int largest_bits(const CK_MASK most[CK_PARTS]) {
#if defined(__x86_64__) && CK_LANES == 16
    return _mm512_reduce_max_epi32((__m512i)most[0]);
#else
    int largest = 0;
    for (int p = 0; p < CK_PARTS; p++)
        for (int n = 0; n < CK_LANES; n++) largest = most[p][n] > largest ? most[p][n] : largest;
    return largest;
#endif
}

static inline void store_whole(ck_whole *to, CK_WIDE x, float inverse) {
#ifdef CK_BYTES
    CK_WIDE sum = x * inverse + (CK_ROUNDER + 128);
    _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8((__m512i)sum));
#else
    CK_WIDE whole = (x * inverse + CK_ROUNDER) - CK_ROUNDER;
    // What is infinite or NaN has a scale that says so.
    wide_store(to, wide_select(whole == whole, whole, (CK_WIDE){0}));
#endif
}

static inline __attribute__((always_inline)) void quantise_rows(int n, const float *from, long stride, long blocks,
                                                                ck_whole *to, long to_stride, float *scales) {
    CK_MASK most[8][CK_PARTS];
    float inverse[8];
    CK_UNROLL for (int t = 0; t < n; t++) CK_UNROLL for (int p = 0; p < CK_PARTS; p++) most[t][p] = (CK_MASK){0};
    for (long block = 0; block < blocks; block++)
        CK_UNROLL for (int t = 0; t < n; t++)
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
                most[t][p] = larger_bits(most[t][p], wide_load(from + block * stride + t * CK_BLOCK + p * CK_LANES));
    CK_UNROLL for (int t = 0; t < n; t++) scales[t] = whole_scale(largest_bits(most[t]), &inverse[t]);
    for (long block = 0; block < blocks; block++)
        CK_UNROLL for (int t = 0; t < n; t++)
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
                store_whole(to + block * to_stride + t * CK_BLOCK + p,
                            wide_load(from + block * stride + t * CK_BLOCK + p), inverse[t]);
}

static void quantise(const float *from, long stride, long blocks, long count, void *points, long point_stride,
                     float *scales) {
    ck_whole *to = points;
    long t = 0;
    for (; t + 8 <= count; t += 8)
        quantise_rows(8, from + t * CK_BLOCK, stride, blocks, to + t * CK_BLOCK, point_stride, scales + t);
    for (; t + 2 <= count; t += 2)
        quantise_rows(2, from + t * CK_BLOCK, stride, blocks, to + t * CK_BLOCK, point_stride, scales + t);
    for (; t < count; t++)
        quantise_rows(1, from + t * CK_BLOCK, stride, blocks, to + t * CK_BLOCK, point_stride, scales + t);
}

static void winograd_input_rows(const ck_winograd *g, const float *input, long first, long count, long begin, long end,
                                void *points, float *scales, float *scratch) {
    ck_tile_group group;
    group_tiles(g, first, count, &group);
    long n = end - begin, from = point_step(g->input_blocks * n), to = point_step(g->input_blocks * count);
    for (long block = 0; block < g->input_blocks; block++)
        transform_part(CK_POINTS_FLOAT, g, &group, (ck_part){begin, end}, input, block, scratch);
    for (int point = 0; point < 36; point++) {
        long low, high;
        tiles_of_point(&group, point / 6, point % 6, &low, &high);
        low = ck_max(low, begin), high = ck_min(high, end);
        quantise(scratch + point * from + (low - begin) * CK_BLOCK, n * CK_BLOCK, g->input_blocks, high - low,
                 (ck_whole *)points + point * to + low * CK_BLOCK, count * CK_BLOCK, scales + point * count + low);
    }
}

// The header of one sum's weights without `start`, and what makes whole numbers of them.
static inline void weight_scales(const float *rows, long count, ck_weight_header *header, float inverse[CK_BLOCK]) {
    CK_MASK most[CK_PARTS];
    for (int p = 0; p < CK_PARTS; p++) most[p] = (CK_MASK){0};
    for (long row = 0; row < count; row++)
        for (int p = 0; p < CK_PARTS; p++)
            most[p] = larger_bits(most[p], wide_load(rows + row * CK_BLOCK + p * CK_LANES));
    for (int n = 0; n < CK_BLOCK; n++) {
        header->scale[n] = whole_scale(most[n / CK_LANES][n % CK_LANES], &inverse[n]);
        header->start[n] = 0;
    }
}

static inline int whole_weight(float weight, float inverse) {
    return inverse == 0 ? 0 : (int)((weight * inverse + CK_ROUNDER) - CK_ROUNDER);
}
