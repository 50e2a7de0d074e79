// What AVX-512 has besides on CPUs with products of matrices (AMX): a 16x32 matrix of bfloat16 by one of
// 32x16 an instruction, or one of 16x64 bytes by one of 64x16.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,fma,amx-tile,amx-bf16,amx-int8"))), apply_to = function)
#define CK_LANES 16
#define CK_BYTES
#include "tables.h"
#include "bodies/vectors.h"

#include "bodies/grid.h"
#include "bodies/blocks.h"

#include "bodies/functions.h"
#include "bodies/epilogue.h"
#include "bodies/finish_sums.h"
#include "bodies/window_rows.h"
#include "bodies/byte_points.h"
#include "bodies/matrix_sums.h"

const ck_window_kernels ck_window_matrices = {bfloat16_points, bfloat16_rows};
const ck_window_kernels ck_byte_matrices = {byte_points, byte_rows};
#pragma clang attribute pop
#else
typedef int ck_no_amx;
#endif
