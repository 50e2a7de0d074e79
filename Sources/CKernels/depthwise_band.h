// The band of input rows, with its border, that depthwise kernels work on.
#pragma once

#include "CKernels.h"
#include "arithmetic.h"

// Output rows a band serves: enough that the rows two bands share cost little, few enough for the cache.
#define CK_BAND_ROWS 16

// Floats of a band's row. The widest load of the stride-2 kernel reads one float past the last window.
static inline long ck_band_width(const ck_depthwise *g) {
    long needed = (g->output_width - 1) * g->stride_width + (g->kernel_width - 1) * g->dilation_width + 2;
    return (needed + 15) / 16 * 16;
}

// Rows of a band that serves `rows` output rows.
static inline long ck_band_height(const ck_depthwise *g, long rows) {
    return (rows - 1) * g->stride_height + (g->kernel_height - 1) * g->dilation_height + 1;
}

// Copies what the output rows from `first` on read; zeros outside the input.
void ck_fill_band(const ck_depthwise *g, const float *input, long first, long rows, float *band);
