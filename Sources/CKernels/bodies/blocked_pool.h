// The largest element of each window, on channel blocks: the lanes are channels. NaN comes out, as in NumPy.

// The largest of rows x columns pixels that lie `row` and `column` floats apart.
static inline void largest_of(const float *input, long rows, long row, long columns, long column, float *output) {
    CK_WIDE best[CK_PARTS];
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) best[p] = (CK_WIDE){0} - INFINITY;
    for (long ky = 0; ky < rows; ky++, input += row)
        for (long kx = 0; kx < columns; kx++)
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {
                best[p] = wide_largest(best[p], wide_load(input + kx * column + p * CK_LANES));
            }
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) wide_store(output + p * CK_LANES, best[p]);
}

// Output rows first..<first + count of one block; input: the block's plane. A window wholly in the padding
// gives minus infinity.
static void blocked_max_rows(const ck_depthwise *g, const float *input, long first, long count, float *output) {
    const long row = g->dilation_height * g->input_width * CK_BLOCK, column = g->dilation_width * CK_BLOCK;
    const long reach = (g->kernel_width - 1) * g->dilation_width;
    for (long y = first; y < first + count; y++) {
        long top = y * g->stride_height - g->pad_top, ky0, ky1;
        steps_inside(top, g->dilation_height, g->kernel_height, g->input_height, &ky0, &ky1);
        const float *in = input + (top + ky0 * g->dilation_height) * g->input_width * CK_BLOCK;
        for (long x = 0; x < g->output_width; x++, output += CK_BLOCK) {
            long left = x * g->stride_width - g->pad_left, kx0 = 0, kx1 = g->kernel_width;
            int inside = left >= 0 && left + reach < g->input_width;
            if (inside && kx1 == 2 && ky1 - ky0 == 2) {
                // By far the usual window; as constants its loops disappear.
                largest_of(in + left * CK_BLOCK, 2, row, 2, column, output);
                continue;
            }
            if (!inside) steps_inside(left, g->dilation_width, g->kernel_width, g->input_width, &kx0, &kx1);
            largest_of(in + left * CK_BLOCK + kx0 * column, ky1 - ky0, row, kx1 - kx0, column, output);
        }
    }
}
