#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#define CK_LANES 16
#include "bodies/all.h"
CK_DEFINE_TABLE(ck_table_avx512, &bfloat16_kernels, &int8_kernels, 0, 0)
CK_DEFINE_TABLE(ck_table_avx512_vnni, &bfloat16_kernels, &ck_int8_dots, 0, &ck_byte_windows)
CK_DEFINE_TABLE(ck_table_avx512_bf16, &ck_bfloat16_dots, &ck_int8_dots, 0, &ck_byte_windows)
CK_DEFINE_TABLE(ck_table_amx, &ck_bfloat16_dots, &ck_int8_dots, &ck_window_matrices, &ck_byte_matrices)
#pragma clang attribute pop
#else
typedef int ck_no_avx512;
#endif
