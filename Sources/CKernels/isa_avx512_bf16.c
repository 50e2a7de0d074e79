// What of AVX-512 has instructions for bfloat16: input transforms that round to it, products of it.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,fma"))), apply_to = function)
#define CK_LANES 16
#define CK_DOTS
#include "tables.h"
#include "bodies/vectors.h"

#include "bodies/grid.h"
#include "bodies/blocks.h"

#include "bodies/points.h"
#include "bodies/product_frame.h"
#include "bodies/dot_products.h"
#include "bodies/gather.h"
#include "bodies/winograd_transforms.h"
#include "bodies/winograd_tiles.h"
#include "bodies/winograd_input.h"

CK_WINOGRAD_INPUT(winograd_input_bfloat16, CK_POINTS_BFLOAT16)
CK_GATHER(gather_bfloat16, CK_POINTS_BFLOAT16)

const ck_precision_kernels ck_bfloat16_dots = {2, 2, winograd_input_bfloat16, gather_bfloat16, products_dots, 0};
#pragma clang attribute pop
#else
typedef int ck_no_avx512_bf16;
#endif
