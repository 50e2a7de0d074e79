#include "CImageCodecs.h"

extern const CImagePixelTable cimage_pixels_portable;
#if defined(__x86_64__)
extern const CImagePixelTable cimage_pixels_avx2, cimage_pixels_avx512;
#endif

const CImagePixelTable *cimage_pixels_for(CImageInstructionSet set) {
    switch (set) {
    case CIMAGE_PORTABLE:
        return &cimage_pixels_portable;
#if defined(__x86_64__)
    case CIMAGE_AVX2:
        return __builtin_cpu_supports("avx2") ? &cimage_pixels_avx2 : NULL;
    case CIMAGE_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
                       && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
                   ? &cimage_pixels_avx512
                   : NULL;
#endif
    default:
        return NULL;
    }
}
