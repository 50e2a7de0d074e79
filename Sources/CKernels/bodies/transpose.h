// Matrices turned, in squares of CK_LANES rows: two rows that lie `w` apart exchange every other run of w
// elements, for w of half a vector, a quarter and so on.
#define CK_NEAR_16_8(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define CK_FAR_16_8(a, b) __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define CK_NEAR_16_4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define CK_FAR_16_4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define CK_NEAR_16_2(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define CK_FAR_16_2(a, b) __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define CK_NEAR_16_1(a, b) __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define CK_FAR_16_1(a, b) __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#define CK_NEAR_8_4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define CK_FAR_8_4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define CK_NEAR_8_2(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define CK_FAR_8_2(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define CK_NEAR_8_1(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define CK_FAR_8_1(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define CK_NEAR_4_2(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define CK_FAR_4_2(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#define CK_NEAR_4_1(a, b) __builtin_shufflevector(a, b, 0, 4, 2, 6)
#define CK_FAR_4_1(a, b) __builtin_shufflevector(a, b, 1, 5, 3, 7)

#define CK_EXCHANGE(L, W)                                                                                   \
    CK_UNROLL for (int i = 0; i < L; i++) if (!(i & W)) {                                                   \
        const ck_v##L near = rows[i], far = rows[i + W];                                                    \
        rows[i] = CK_NEAR_##L##_##W(near, far);                                                             \
        rows[i + W] = CK_FAR_##L##_##W(near, far);                                                          \
    }
#if CK_LANES == 16
#define CK_EXCHANGE_ALL CK_EXCHANGE(16, 8) CK_EXCHANGE(16, 4) CK_EXCHANGE(16, 2) CK_EXCHANGE(16, 1)
#elif CK_LANES == 8
#define CK_EXCHANGE_ALL CK_EXCHANGE(8, 4) CK_EXCHANGE(8, 2) CK_EXCHANGE(8, 1)
#else
#define CK_EXCHANGE_ALL CK_EXCHANGE(4, 2) CK_EXCHANGE(4, 1)
#endif

static inline void transpose_square(const float *from, long stride, float *to, long step) {
    CK_WIDE rows[CK_LANES];
    CK_UNROLL for (int i = 0; i < CK_LANES; i++) rows[i] = wide_load(from + i * stride);
    CK_EXCHANGE_ALL
    CK_UNROLL for (int i = 0; i < CK_LANES; i++) wide_store(to + i * step, rows[i]);
}

// Sixteen rows of the input at a time, so that the lines which they become are written whole.
static void transpose(const float *from, long stride, long rows, long columns, float *to, long step) {
    for (long first = 0; first < rows; first += CK_BLOCK) {
        const long end = ck_min(first + CK_BLOCK, rows), whole = end - first < CK_BLOCK ? 0 : columns - columns % CK_LANES;
        for (long column = 0; column < whole; column += CK_LANES)
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
                transpose_square(from + (first + p) * stride + column, stride, to + column * step + first + p, step);
        for (long column = whole; column < columns; column++)
            for (long row = first; row < end; row++) to[column * step + row] = from[row * stride + column];
    }
}
