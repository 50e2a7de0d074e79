// Linear resizes of images: an output is a sum of two columns of two rows. One expression for elements and
// vectors, so that planes and channel blocks get the same bits.
#define CK_BETWEEN(LOAD, at_left, at_right)                                                                 \
    ((LOAD(upper + at_left) * left + LOAD(upper + at_right) * right) * above                                \
     + (LOAD(lower + at_left) * left + LOAD(lower + at_right) * right) * below)

#define CK_ELEMENT(p) (*(p))

// Output rows first..<first + count of one plane.
static void resize_rows(const ck_linear_resize *g, const float *plane, long first, long count, float *restrict output) {
    for (long y = first; y < first + count; y++, output += g->output_width) {
        const float *upper = plane + g->rows[2 * y] * g->input_width;
        const float *lower = plane + g->rows[2 * y + 1] * g->input_width;
        const float above = g->row_weights[2 * y], below = g->row_weights[2 * y + 1];
        for (long x = 0; x < g->output_width; x++) {
            const float left = g->column_weights[2 * x], right = g->column_weights[2 * x + 1];
            output[x] = CK_BETWEEN(CK_ELEMENT, g->columns[2 * x], g->columns[2 * x + 1]);
        }
    }
}

// The same of the plane of one block, with a residual, which may be NULL or the output itself.
static void blocked_resize_rows(const ck_linear_resize *g, const float *plane, long first, long count,
                                const float *residual, float *output) {
    for (long y = first; y < first + count; y++) {
        const float *upper = plane + g->rows[2 * y] * g->input_width * CK_BLOCK;
        const float *lower = plane + g->rows[2 * y + 1] * g->input_width * CK_BLOCK;
        const float above = g->row_weights[2 * y], below = g->row_weights[2 * y + 1];
        for (long x = 0; x < g->output_width; x++, output += CK_BLOCK) {
            const float left = g->column_weights[2 * x], right = g->column_weights[2 * x + 1];
            const long at_left = g->columns[2 * x] * CK_BLOCK, at_right = g->columns[2 * x + 1] * CK_BLOCK;
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
                CK_WIDE sum = CK_BETWEEN(wide_load, at_left + p, at_right + p);
                if (residual) sum += wide_load(residual + p);
                wide_store(output + p, sum);
            }
            if (residual) residual += CK_BLOCK;
        }
    }
}
