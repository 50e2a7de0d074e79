#include "CDigest.h"

#if defined(__x86_64__)
#include <immintrin.h>

int cdigest_has_sha256(void) { return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1"); }

// The instructions hold the state as the words ABEF and CDGH, and the message as groups of four words, of
// which the last four groups make the next.
__attribute__((target("sha,sse4.1"))) void cdigest_sha256_blocks(
    uint32_t *state, const uint8_t *blocks, size_t count, const uint32_t *constants) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; count > 0; count--, blocks += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i words[4];
#pragma clang loop unroll(full)
        for (int group = 0; group < 16; group++) {
            __m128i *oldest = &words[group % 4], newest = words[(group + 3) % 4];
            if (group < 4) {
                *oldest = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)blocks + group), big_endian);
            } else {
                __m128i seven_back = _mm_alignr_epi8(newest, words[(group + 2) % 4], 4);
                __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*oldest, words[(group + 1) % 4]), seven_back);
                *oldest = _mm_sha256msg2_epu32(sum, newest);
            }
            __m128i inputs = _mm_add_epi32(*oldest, _mm_loadu_si128((const __m128i *)constants + group));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, inputs);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(inputs, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#else
int cdigest_has_sha256(void) { return 0; }

void cdigest_sha256_blocks(uint32_t *state, const uint8_t *blocks, size_t count, const uint32_t *constants) {
    (void)state, (void)blocks, (void)count, (void)constants;
    __builtin_trap();
}
#endif
