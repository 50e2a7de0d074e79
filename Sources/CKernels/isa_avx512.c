#if defined(__x86_64__)
#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#define CK_LANES 16
#define CK_TABLE ck_table_avx512
#include "bodies/all.h"
#pragma clang attribute pop
#else
typedef int ck_no_avx512;
#endif
