#if defined(__x86_64__)
#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,prefer-256-bit"))), apply_to = function)
#define CIMAGE_TABLE cimage_pixels_avx512
#include "bodies/all.h"
#pragma clang attribute pop
#else
typedef int cimage_no_avx512;
#endif
