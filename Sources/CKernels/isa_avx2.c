#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_LANES 8
#include "bodies/all.h"
CK_DEFINE_TABLE(ck_table_avx2, &bfloat16_kernels, &int8_kernels, 0, 0)
#pragma clang attribute pop
#else
typedef int ck_no_avx2;
#endif
