// The largest element of each window, on channel blocks: the lanes are channels. NaN comes out, as in NumPy.

// Output rows first..<first + count of one block; input: the block's plane. A window wholly in the padding gives
// minus infinity.
static void blocked_max_rows(const ck_depthwise *g, const float *input, long first, long count, float *output) {
    long row = g->input_width * CK_BLOCK;
    for (long y = first; y < first + count; y++) {
        long top = y * g->stride_height - g->pad_top, ky0, ky1;
        steps_inside(top, g->dilation_height, g->kernel_height, g->input_height, &ky0, &ky1);
        for (long x = 0; x < g->output_width; x++, output += CK_BLOCK) {
            long left = x * g->stride_width - g->pad_left, kx0, kx1;
            steps_inside(left, g->dilation_width, g->kernel_width, g->input_width, &kx0, &kx1);
            CK_WIDE best[CK_PARTS];
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) best[p] = (CK_WIDE){0} - INFINITY;
            for (long ky = ky0; ky < ky1; ky++)
                for (long kx = kx0; kx < kx1; kx++) {
                    const float *in = input + (top + ky * g->dilation_height) * row
                                      + (left + kx * g->dilation_width) * CK_BLOCK;
                    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {
                        CK_WIDE value = wide_load(in + p * CK_LANES);
                        best[p] = wide_select((best[p] > value) | (best[p] != best[p]), best[p], value);
                    }
                }
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) wide_store(output + p * CK_LANES, best[p]);
        }
    }
}
