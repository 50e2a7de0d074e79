#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define CIMAGE_TABLE cimage_pixels_avx2
#include "bodies/all.h"
#pragma clang attribute pop
#else
typedef int cimage_no_avx2;
#endif
