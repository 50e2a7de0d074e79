#include "CKernels.h"

#include <string.h>

static inline long clamp(long x, long low, long high) { return x < low ? low : x > high ? high : x; }

// Output columns [from, to) of one output row for one kernel column; `row` is the input row, NULL outside.
static inline void fill_run(const ck_im2col *g, const float *row, long kx, long from, long to, float *out) {
    long count = to - from;
    if (!row) {
        memset(out, 0, (size_t)count * sizeof(float));
        return;
    }
    long stride = g->stride_width, offset = kx * g->dilation_width - g->pad_left;
    // Columns whose input x = column * stride + offset lies inside the row.
    long begin = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    long last = g->input_width - 1 - offset;
    long end = last < 0 ? 0 : last / stride + 1;
    begin = clamp(begin, from, to);
    end = clamp(end, begin, to);
    for (long x = from; x < begin; x++) out[x - from] = 0;
    const float *in = row + begin * stride + offset;
    if (begin == end) in = row;
    if (stride == 1) {
        memcpy(out + (begin - from), in, (size_t)(end - begin) * sizeof(float));
    } else if (stride == 2) {
        for (long x = 0; x < end - begin; x++) out[begin - from + x] = in[2 * x];
    } else {
        for (long x = 0; x < end - begin; x++) out[begin - from + x] = in[stride * x];
    }
    for (long x = end; x < to; x++) out[x - from] = 0;
}

// One row of the column matrix: one channel, one place of the kernel.
static void fill_row(const ck_im2col *g, const float *plane, long ky, long kx, long first, long count,
                     float *out) {
    long y = first / g->output_width, x = first % g->output_width;
    while (count > 0) {
        long run = clamp(g->output_width - x, 0, count);
        long iy = y * g->stride_height + ky * g->dilation_height - g->pad_top;
        const float *row = iy >= 0 && iy < g->input_height ? plane + iy * g->input_width : NULL;
        fill_run(g, row, kx, x, x + run, out);
        out += run;
        count -= run;
        x = 0;
        y++;
    }
}

void ck_im2col_columns(const ck_im2col *g, const float *input, long first, long count, float *columns) {
    for (long c = 0; c < g->channels; c++) {
        const float *plane = input + c * g->input_height * g->input_width;
        for (long ky = 0; ky < g->kernel_height; ky++)
            for (long kx = 0; kx < g->kernel_width; kx++, columns += count)
                fill_row(g, plane, ky, kx, first, count, columns);
    }
}
