// Channel blocks: sixteen channels of a pixel lie side by side, `[channels / 16][rows][columns][16]`,
// whatever the width of the vectors; a block is CK_PARTS of them. Padding channels are zero.
#pragma once

#include "../arithmetic.h"

#define CK_PARTS (CK_BLOCK / CK_LANES)

// Loops over constant counts disappear, so that arrays of vectors become registers.
#define CK_UNROLL _Pragma("clang loop unroll(full)")

static inline CK_WIDE wide_load(const float *p) { return *(const CK_WIDE *)p; }
static inline void wide_store(float *p, CK_WIDE v) { *(CK_WIDE *)p = v; }

// mask ? a : b, lane by lane.
static inline CK_WIDE wide_select(CK_MASK mask, CK_WIDE a, CK_WIDE b) {
    return (CK_WIDE)((mask & (CK_MASK)a) | (~mask & (CK_MASK)b));
}

// The larger lane by lane; NaN in either comes out.
static inline CK_WIDE wide_largest(CK_WIDE a, CK_WIDE b) {
#if defined(__x86_64__) && CK_LANES == 16
    // The instruction answers its second operand where either is NaN.
    return (CK_WIDE)_mm512_mask_max_ps((__m512)a, _mm512_cmp_ps_mask((__m512)a, (__m512)a, _CMP_ORD_Q), (__m512)a, (__m512)b);
#else
    return wide_select((a > b) | (a != a), a, b);
#endif
}

// Residual and activation for one vector of channels. NaN stays NaN, but on a grid.
static inline CK_WIDE activated(const ck_finish *f, CK_WIDE x, long channel, const float *residual) {
    if (residual) x += wide_load(residual);
    if (f->slope) x = wide_select(x < 0, x * wide_load(f->slope + channel), x);
    if (f->clips) {
        CK_WIDE low = (CK_WIDE){0} + f->low, high = (CK_WIDE){0} + f->high;
        x = wide_select(x < low, low, x);
        x = wide_select(x > high, high, x);
    }
    if (f->grid.step != 0) {
        CK_WIDE on = CK_ON_GRID(CK_WIDE, x, f->grid.step, f->grid.inverse), none = (CK_WIDE){0} + f->grid.none;
        x = wide_select(on > none, on, none);
    }
    return x;
}

// Bias, residual and activation.
static inline CK_WIDE finished(const ck_finish *f, CK_WIDE x, long channel, const float *residual) {
    return activated(f, x + wide_load(f->bias + channel), channel, residual);
}
