// Vectors of 4, 8 and 16 floats that may lie at any float's address.
#pragma once

typedef float ck_v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float ck_v8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float ck_v16 __attribute__((vector_size(64), aligned(4), may_alias));

typedef int ck_i4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef int ck_i8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef int ck_i16 __attribute__((vector_size(64), aligned(4), may_alias));

// The widest vector of this instruction set, and the mask that a comparison of two of them gives.
#define CK_JOIN_(a, b) a##b
#define CK_JOIN(a, b) CK_JOIN_(a, b)
#define CK_WIDE CK_JOIN(ck_v, CK_LANES)
#define CK_MASK CK_JOIN(ck_i, CK_LANES)

#define CK_LOAD(L, p) (*(const ck_v##L *)(p))
#define CK_STORE(L, p, v) (*(ck_v##L *)(p) = (v))

// The elements of two neighbouring vectors at even places.
#define CK_EVEN4(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define CK_EVEN8(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define CK_EVEN16(a, b)                                                                                     \
    __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define CK_ODD4(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define CK_ODD8(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define CK_ODD16(a, b)                                                                                      \
    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
