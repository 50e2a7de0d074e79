// How transformed or gathered input lies before `products`: `[blocks][tiles][16]`, as floats, as floats
// rounded to bfloat16, or as bfloat16 numbers, which only CPUs with products of those read.
typedef enum { CK_POINTS_FLOAT, CK_POINTS_ROUNDED, CK_POINTS_BFLOAT16 } ck_point_form;

// To the nearest bfloat16, ties to even, as a float.
static inline CK_WIDE rounded_bfloat16(CK_WIDE x) {
    CK_MASK bits = (CK_MASK)x;
    return (CK_WIDE)((bits + 0x7FFF + (bits >> 16 & 1)) & (int)0xFFFF0000);
}

// `at` counts elements. `form` is a constant wherever this is inlined.
static inline __attribute__((always_inline)) void store_points(ck_point_form form, void *points, long at, CK_WIDE x) {
#ifdef CK_DOTS
    if (form == CK_POINTS_BFLOAT16) {
        _mm256_storeu_si256((__m256i *)((unsigned short *)points + at), (__m256i)_mm512_cvtneps_pbh((__m512)x));
        return;
    }
#endif
    wide_store((float *)points + at, form == CK_POINTS_FLOAT ? x : rounded_bfloat16(x));
}
