// What of AVX-512 has instructions for bfloat16 and for bytes: input transforms that round to them, products of them.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16,avx512vnni,fma"))), apply_to = function)
#define CK_LANES 16
#define CK_DOTS
#include "tables.h"
#include "bodies/vectors.h"

#include "bodies/blocks.h"

#include "bodies/points.h"
#include "bodies/product_frame.h"
#include "bodies/dot_products.h"
#include "bodies/gather.h"
#include "bodies/winograd_transforms.h"
#include "bodies/winograd_tiles.h"
#include "bodies/winograd_input.h"
#include "bodies/quantise.h"
#include "bodies/quantise_windows.h"
#include "bodies/byte_products.h"

CK_WINOGRAD_INPUT(winograd_input_bfloat16, CK_POINTS_BFLOAT16)
CK_GATHER(gather_bfloat16, CK_POINTS_BFLOAT16)
CK_GATHER(gather_float, CK_POINTS_FLOAT)

const ck_precision_kernels ck_bfloat16_dots = {2, 2, winograd_input_bfloat16, gather_bfloat16, products_dots, 0};

static const ck_row_kernels int8_rows = {quantise, quantise_windows, winograd_input_rows, pack_bytes};
const ck_precision_kernels ck_int8_dots = {1, 1, 0, gather_float, products_bytes, &int8_rows};
#pragma clang attribute pop
#else
typedef int ck_no_avx512_bf16;
#endif
