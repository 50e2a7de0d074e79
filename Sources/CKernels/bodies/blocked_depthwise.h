// Depthwise convolution on channel blocks: the lanes are channels, so every position is a plain sum of products
// and the border is a shorter one.

#define CK_RUN 4

// CK_RUN neighbouring outputs, none of which sees the border to the left or right.
static inline void depthwise_run(const ck_depthwise *g, const float *input, const float *weights, long rows,
                                 CK_WIDE sums[CK_RUN]) {
    CK_UNROLL for (int t = 0; t < CK_RUN; t++) sums[t] = (CK_WIDE){0};
    long row = g->input_width * g->dilation_height * CK_BLOCK, column = g->dilation_width * CK_BLOCK;
    long step = g->stride_width * CK_BLOCK;
    for (long ky = 0; ky < rows; ky++, input += row)
        for (long kx = 0; kx < g->kernel_width; kx++) {
            CK_WIDE w = wide_load(weights + (ky * g->kernel_width + kx) * CK_BLOCK);
            CK_UNROLL for (int t = 0; t < CK_RUN; t++) sums[t] += w * wide_load(input + kx * column + t * step);
        }
}

static inline CK_WIDE depthwise_at(const ck_depthwise *g, const float *input, const float *weights, long rows,
                                   long first, long last) {
    CK_WIDE sum = {0};
    for (long ky = 0; ky < rows; ky++)
        for (long kx = first; kx < last; kx++)
            sum += wide_load(weights + (ky * g->kernel_width + kx) * CK_BLOCK)
                   * wide_load(input + (ky * g->dilation_height * g->input_width + kx * g->dilation_width) * CK_BLOCK);
    return sum;
}

// The steps k of `count` for which start + k * step lies within 0..<limit, as a range.
static inline void steps_inside(long start, long step, long count, long limit, long *first, long *last) {
    *first = start < 0 ? ck_min(count, (-start + step - 1) / step) : 0;
    *last = start >= limit ? 0 : ck_min(count, (limit - 1 - start) / step + 1);
    if (*last < *first) *last = *first;
}

// Output row `y` of one block; input and output are the block's planes, residual its row's, weights
// [ky][kx][16].
static void blocked_depthwise_row(const ck_depthwise *g, const ck_finish *f, const float *input,
                                  const float *weights, long channel, long y, const float *residual,
                                  float *output) {
    long top = y * g->stride_height - g->pad_top, ky0, ky1;
    steps_inside(top, g->dilation_height, g->kernel_height, g->input_height, &ky0, &ky1);
    const float *in = input + (top + ky0 * g->dilation_height) * g->input_width * CK_BLOCK;
    const float *w = weights + ky0 * g->kernel_width * CK_BLOCK;
    long rows = ky1 - ky0, reach = (g->kernel_width - 1) * g->dilation_width;
    for (int p = 0; p < CK_PARTS; p++, in += CK_LANES, w += CK_LANES, channel += CK_LANES) {
        long offset = p * CK_LANES;
        for (long x = 0; x < g->output_width;) {
            long left = x * g->stride_width - g->pad_left;
            long end = left + (CK_RUN - 1) * g->stride_width + reach;
            if (left >= 0 && x + CK_RUN <= g->output_width && end < g->input_width) {
                CK_WIDE sums[CK_RUN];
                depthwise_run(g, in + left * CK_BLOCK, w, rows, sums);
                CK_UNROLL for (int t = 0; t < CK_RUN; t++) {
                    long at = (x + t) * CK_BLOCK + offset;
                    wide_store(output + at, finished(f, sums[t], channel, residual ? residual + at : 0));
                }
                x += CK_RUN;
                continue;
            }
            long kx0, kx1, at = x * CK_BLOCK + offset;
            steps_inside(left, g->dilation_width, g->kernel_width, g->input_width, &kx0, &kx1);
            CK_WIDE sum = depthwise_at(g, in + left * CK_BLOCK, w, rows, kx0, kx1);
            wide_store(output + at, finished(f, sum, channel, residual ? residual + at : 0));
            x++;
        }
    }
}
