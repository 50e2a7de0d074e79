// The tables that isa_*.c define; probe.c chooses among them.
#pragma once

#include "CKernels.h"

extern const ck_table ck_table_portable;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
// The same with products of bytes, and with those of bfloat16 as well.
extern const ck_table ck_table_avx512_vnni, ck_table_avx512_bf16;
extern const ck_precision_kernels ck_bfloat16_dots, ck_int8_dots;
extern const ck_window_kernels ck_byte_windows;
// The same with products of matrices.
extern const ck_table ck_table_amx;
extern const ck_window_kernels ck_window_matrices, ck_byte_matrices;
#endif
