// Means on channel blocks: the lanes are channels.

// Positions that are summed up before they join the sum: one sum of a whole plane would round far more.
#define CK_MEAN_RUN 64

// The mean of each channel of a block over its plane: output[0..15].
static void blocked_mean(const float *input, long plane, float *output) {
    CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
        CK_WIDE total = {0};
        for (long first = 0; first < plane; first += CK_MEAN_RUN) {
            const float *in = input + first * CK_BLOCK + p;
            const long count = ck_min(CK_MEAN_RUN, plane - first);
            // Four sums beside each other, as an addition takes the time of several.
            CK_WIDE sums[4] = {{0}};
            long i = 0;
            for (; i + 4 <= count; i += 4)
                CK_UNROLL for (int k = 0; k < 4; k++) sums[k] += wide_load(in + (i + k) * CK_BLOCK);
            for (; i < count; i++) sums[0] += wide_load(in + i * CK_BLOCK);
            total += (sums[0] + sums[1]) + (sums[2] + sums[3]);
        }
        wide_store(output + p, total / (float)plane);
    }
}

// The mean of rows x columns pixels that lie `row` and `column` floats apart: of `taps`, some of which may be
// zeros outside.
static inline void mean_of(const float *input, long rows, long row, long columns, long column, float taps, float *output) {
    CK_WIDE sums[CK_PARTS] = {{0}};
    for (long ky = 0; ky < rows; ky++, input += row)
        for (long kx = 0; kx < columns; kx++)
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) sums[p] += wide_load(input + kx * column + p * CK_LANES);
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
        wide_store(output + p * CK_LANES, taps > 0 ? sums[p] / taps : (CK_WIDE){0});
}

// Output rows first..<first + count of one block; input: the block's plane. What a window's sum is divided by
// is row_taps[y] * column_taps[x]; a window of none is 0.
static void blocked_mean_rows(const ck_depthwise *g, const float *input, const float *row_taps, const float *column_taps,
                              long first, long count, float *output) {
    const long row = g->dilation_height * g->input_width * CK_BLOCK, column = g->dilation_width * CK_BLOCK;
    for (long y = first; y < first + count; y++) {
        long top = y * g->stride_height - g->pad_top, ky0, ky1;
        steps_inside(top, g->dilation_height, g->kernel_height, g->input_height, &ky0, &ky1);
        const float *in = input + (top + ky0 * g->dilation_height) * g->input_width * CK_BLOCK;
        for (long x = 0; x < g->output_width; x++, output += CK_BLOCK) {
            long left = x * g->stride_width - g->pad_left, kx0, kx1;
            steps_inside(left, g->dilation_width, g->kernel_width, g->input_width, &kx0, &kx1);
            mean_of(in + left * CK_BLOCK + kx0 * column, ky1 - ky0, row, kx1 - kx0, column, row_taps[y] * column_taps[x],
                    output);
        }
    }
}
