// Kernels of Winograd's F(4x4, 3x3) transformed as they are used: in memory they are nine numbers instead of 36. Large layers of
// small planes use each weight a few times only, and wait for memory otherwise.

// The rows (1, p, p^2) / product of (p - q) over the other finite points q, as in weights.h; those of p and -p differ in a sign.
#define CK_KERNEL_ROW(p, product) {(float)(1 / (product)), (float)((p) / (product)), (float)((p) * (p) / (product))}
static const float kernel_rows[6][3] = {
    {(float)(1 / 1.265625), 0, 0},   CK_KERNEL_ROW(0.75, -1.8984375), CK_KERNEL_ROW(-0.75, -1.8984375),
    CK_KERNEL_ROW(1.5, 7.59375), CK_KERNEL_ROW(-1.5, 7.59375),    {0, 0, 1}};

// points[column][k][0..15] of one row of points of a block of input channels, from taps [k][3][3][16]. The row is made of the
// rows `from` to `to` of the taps, both included.
static inline __attribute__((always_inline)) void row_points(const float *r, int from, int to, const float *taps,
                                                             float *points) {
    const float *near = kernel_rows[1], *far = kernel_rows[3];
    const long step = CK_BLOCK * CK_BLOCK;
    for (long k = 0; k < CK_BLOCK; k++, taps += 9 * CK_BLOCK, points += CK_BLOCK)
        CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            CK_WIDE h[3], even, odd;
            CK_UNROLL for (int x = 0; x < 3; x++) {
                h[x] = r[from] * wide_load(taps + (3 * from + x) * CK_BLOCK + p);
                CK_UNROLL for (int y = from + 1; y <= to; y++) h[x] += r[y] * wide_load(taps + (3 * y + x) * CK_BLOCK + p);
            }
            wide_store(points + p, kernel_rows[0][0] * h[0]);
            even = near[0] * h[0] + near[2] * h[2], odd = near[1] * h[1];
            wide_store(points + step + p, even + odd);
            wide_store(points + 2 * step + p, even - odd);
            even = far[0] * h[0] + far[2] * h[2], odd = far[1] * h[1];
            wide_store(points + 3 * step + p, even + odd);
            wide_store(points + 4 * step + p, even - odd);
            wide_store(points + 5 * step + p, h[2]);
        }
}

static void kernel_points(int row, const float *taps, float *points) {
    if (row == 0) row_points(kernel_rows[row], 0, 0, taps, points);
    else if (row == 5) row_points(kernel_rows[row], 2, 2, taps, points);
    else row_points(kernel_rows[row], 0, 2, taps, points);
}

// The products of all points of a group, as winograd_output makes them. A row of points of one block of input channels is
// transformed at a time: that and what it is multiplied by stay in the first cache.
static void products_of_kernels(const ck_winograd *g, const ck_tile_group *group, long count, const float *points,
                                const float *taps, long outputs, float *products) {
    const long from = point_step(g->input_blocks * count), to = point_step(count);
    const long step = CK_BLOCK * CK_BLOCK, row_weights = 6 * step, block_taps = 9 * step;
    const long piece = outputs * block_taps / 36;
    const float *ahead = taps + outputs * g->input_blocks * block_taps;
    float weights[2 * 6 * CK_BLOCK * CK_BLOCK] __attribute__((aligned(64)));
    ck_products shape = {.blocks = 1, .outputs = outputs, .weight_step = row_weights * (long)sizeof(float),
                         .output_step = 36 * to};
    // Rows that are made of all taps come first: taps come from memory in order then, not every third row of them.
    static const int order[6] = {1, 2, 3, 4, 0, 5};
    for (int turn = 0; turn < 6; turn++)
        for (long block = 0; block < g->input_blocks; block++) {
            const int row = order[turn];
            for (long b = 0; b < outputs; b++)
                kernel_points(row, taps + (b * g->input_blocks + block) * block_taps, weights + b * row_weights);
            shape.adds = block > 0;
            shape.missing = block + 1 < g->input_blocks ? 0 : g->missing;
            for (int column = 0; column < 6; column++) {
                const int point = 6 * row + column;
                long begin, end;
                // What the next blocks of output channels need comes while these are multiplied.
                for (long i = 0; i < piece; i += CK_BLOCK, ahead += CK_BLOCK) __builtin_prefetch(ahead, 0, 2);
                tiles_of_point(group, row, column, &begin, &end);
                products_float32(&shape, points + point * from + (block * count + begin) * CK_BLOCK,
                                 weights + column * step, end - begin, products + point * to + begin * CK_BLOCK);
            }
        }
}
