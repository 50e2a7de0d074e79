// The end of a product of matrices: sums over a chunk of the inputs, `[blocks][rows][16]`, join the rows of
// the output, of whose last block of columns some may be missing.

// The sums of some columns of a row, on top of what the output holds (`adds`) or of the bias, and of the
// residual; activated where they are the last.
static inline CK_WIDE row_of_sums(const ck_finish *f, const ck_sum_rows *g, CK_WIDE sum, long channel, const float *residual,
                                  const float *output) {
    CK_WIDE x = sum;
    if (g->adds) x += wide_load(output);
    else if (f->bias) x += wide_load(f->bias + channel);
    if (residual) x += wide_load(residual);
    return g->ends ? activated(f, x, channel, 0) : x;
}

static void finish_block_of_rows(const ck_finish *f, const ck_sum_rows *g, float *sums, long channel, const float *residual,
                                 float *output) {
    // What takes a call is applied to all rows at one stroke, before they are spread over the output.
    const int waits = g->ends && f->rest.function != CK_IDENTITY;
    for (long row = 0; row < g->rows; row++) {
        float *to = waits ? sums + row * CK_BLOCK : output + row * g->row_stride;
        CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            const long at = row * g->row_stride + p;
            wide_store(to + p, row_of_sums(f, g, wide_load(sums + row * CK_BLOCK + p), channel + p,
                                           residual ? residual + at : 0, output + at));
        }
    }
    if (!waits) return;
    finish_rest(f, sums, g->rows * CK_BLOCK);
    for (long row = 0; row < g->rows; row++)
        CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
            wide_store(output + row * g->row_stride + p, wide_load(sums + row * CK_BLOCK + p));
}

// The same of a block that is not whole, by way of whole rows beside it.
static void finish_part_of_rows(const ck_finish *f, const ck_sum_rows *g, float *sums, long channel, long columns,
                                const float *residual, float *output) {
    float held[CK_BLOCK] = {0}, added[CK_BLOCK] = {0};
    const ck_sum_rows one = {1, CK_BLOCK, 0, CK_BLOCK, g->adds, g->ends};
    for (long row = 0; row < g->rows; row++) {
        float *to = output + row * g->row_stride;
        for (long i = 0; i < columns; i++) held[i] = g->adds ? to[i] : 0;
        if (residual)
            for (long i = 0; i < columns; i++) added[i] = residual[row * g->row_stride + i];
        finish_block_of_rows(f, &one, sums + row * CK_BLOCK, channel, residual ? added : 0, held);
        for (long i = 0; i < columns; i++) to[i] = held[i];
    }
}

static void finish_rows(const ck_finish *f, const ck_sum_rows *g, float *sums, long channel, const float *residual,
                        float *output) {
    for (long first = 0; first < g->columns; first += CK_BLOCK) {
        const long columns = ck_min(CK_BLOCK, g->columns - first);
        float *of_block = sums + first / CK_BLOCK * g->block_step;
        const float *added = residual ? residual + first : 0;
        if (columns == CK_BLOCK) finish_block_of_rows(f, g, of_block, channel + first, added, output + first);
        else finish_part_of_rows(f, g, of_block, channel + first, columns, added, output + first);
    }
}
