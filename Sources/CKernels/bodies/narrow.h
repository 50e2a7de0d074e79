// Numbers of 16 bits: IEEE binary16, and bfloat16, the upper half of a float.

typedef unsigned short CK_JOIN(ck_u16x, CK_LANES) __attribute__((vector_size(CK_LANES * 2), aligned(2), may_alias));
#define CK_HALVES CK_JOIN(ck_u16x, CK_LANES)

// To float, exactly. What is infinite or NaN is not expected.
static inline CK_WIDE wide_load_half(const unsigned short *p) {
#if defined(__x86_64__) && CK_LANES == 16
    return (CK_WIDE)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif defined(__x86_64__) && CK_LANES == 8
    return (CK_WIDE)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#else
    CK_MASK x = __builtin_convertvector(*(const CK_HALVES *)p, CK_MASK);
    // The exponent's bias differs by 112; a product of floats renormalises what was subnormal.
    CK_WIDE magnitude = (CK_WIDE)((x & 0x7FFF) << 13) * 0x1p112f;
    return (CK_WIDE)((CK_MASK)magnitude | (x & 0x8000) << 16);
#endif
}
