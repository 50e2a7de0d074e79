#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_LANES 8
#define CK_TABLE ck_table_avx2
#include "bodies/all.h"
#pragma clang attribute pop
#else
typedef int ck_no_avx2;
#endif
