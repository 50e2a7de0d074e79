// What of AVX-512 has instructions for bytes: rows rounded to whole numbers, products of them.
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,fma"))), apply_to = function)
#define CK_LANES 16
#define CK_BYTES
#include "tables.h"
#include "bodies/vectors.h"

#include "bodies/grid.h"
#include "bodies/blocks.h"

#include "bodies/points.h"
#include "bodies/product_frame.h"
#include "bodies/gather.h"
#include "bodies/winograd_transforms.h"
#include "bodies/winograd_tiles.h"
#include "bodies/winograd_input.h"
#include "bodies/quantise.h"
#include "bodies/quantise_windows.h"
#include "bodies/byte_products.h"

#include "bodies/functions.h"
#include "bodies/epilogue.h"
#include "bodies/finish_sums.h"
#include "bodies/window_rows.h"
#include "bodies/byte_points.h"
#include "bodies/byte_sums.h"

CK_GATHER(gather, CK_POINTS_FLOAT)

static const ck_row_kernels int8_rows = {quantise, quantise_windows, winograd_input_rows, pack_bytes};
const ck_precision_kernels ck_int8_dots = {1, 1, 0, gather, products_bytes, &int8_rows};
const ck_window_kernels ck_byte_windows = {byte_points, byte_rows};
#pragma clang attribute pop
#else
typedef int ck_no_avx512_vnni;
#endif
