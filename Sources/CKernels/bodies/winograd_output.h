// The output of Winograd's F(4x4, 3x3): each block of output channels is one product a point and the
// transform back, which ends in bias, residual and activation and writes the output itself.

// The tile's outputs of one vector of channels, as far as they lie in the plane.
static inline __attribute__((always_inline)) void finish_tile(
    int narrow_rows, int narrow_columns, const ck_winograd *g, const ck_finish *f, const float *products, long step,
    long channel, long rows, long columns, const float *residual, float *output) {
    const ck_output_factors *factors = g->weights_are_taps ? &tap_factors : &point_factors;
    CK_WIDE middle[4][6];
    CK_UNROLL for (int x = 0; x < CK_POINTS(narrow_columns); x++) {
        CK_WIDE m[6], y[4];
        CK_UNROLL for (int k = 0; k < CK_POINTS(narrow_rows); k++)
            m[k] = wide_load(products + (6 * CK_POINT(narrow_rows, k) + CK_POINT(narrow_columns, x)) * step);
        output_points(narrow_rows, factors, m, y);
        CK_UNROLL for (int k = 0; k < CK_OUTPUTS(narrow_rows); k++) middle[k][x] = y[k];
    }
    long row = g->output_width * CK_BLOCK;
    CK_UNROLL for (int y = 0; y < CK_OUTPUTS(narrow_rows); y++) {
        CK_WIDE out[4];
        output_points(narrow_columns, factors, middle[y], out);
        if (y >= rows) break;
        CK_UNROLL for (int x = 0; x < CK_OUTPUTS(narrow_columns); x++) {
            if (x >= columns) break;
            long at = y * row + x * CK_BLOCK;
            wide_store(output + at, finished(f, out[x], channel, residual ? residual + at : 0));
        }
    }
}

// All tiles of one kind in one block of output channels.
static inline __attribute__((always_inline)) void finish_tiles(
    int narrow_rows, int narrow_columns, const ck_winograd *g, const ck_finish *f, const ck_tile_group *group,
    long begin, long end, const float *products, long step, long block, const float *residual, float *output) {
    long plane = g->output_height * g->output_width * CK_BLOCK;
    for (long t = begin; t < end; t++) {
        ck_tile tile = group->tiles[t];
        long at = (tile.image * g->output_blocks + block) * plane + (tile.top * g->output_width + tile.left) * CK_BLOCK;
        long rows = ck_min(4, g->output_height - tile.top), columns = ck_min(4, g->output_width - tile.left);
        for (int p = 0; p < CK_BLOCK; p += CK_LANES)
            finish_tile(narrow_rows, narrow_columns, g, f, products + t * CK_BLOCK + p, step, block * CK_BLOCK + p,
                        rows, columns, residual ? residual + at + p : 0, output + at + p);
        for (long y = 0; y < rows; y++)
            finish_rest(f, output + at + y * g->output_width * CK_BLOCK, columns * CK_BLOCK);
    }
}

static inline __attribute__((always_inline)) void products_of_taps(
    int half, const ck_winograd *g, const ck_tile_group *group, long count, const float *points, const void *taps,
    long outputs, float *products) {
#if CK_PAIR_TILES > 0
    if (count <= CK_FEW_TILES && outputs == 2) {
        products_of_few(half, g, group, count, points, taps, products);
        return;
    }
#endif
    const ck_tap_products all = {g, group, points, count, outputs, taps, products};
    products_by_rows(half, &all);
}

// The products of all points of a group by kernels that are taps: of two bytes they are float16, nothing else
// is kept so.
static void products_of_kernels(const ck_winograd *g, const ck_tile_group *group, long count, const float *points,
                                const ck_precision_kernels *kernels, const void *taps, long outputs, float *products) {
    if (kernels->weight_bytes == 2) products_of_taps(1, g, group, count, points, taps, outputs, products);
    else products_of_taps(0, g, group, count, points, taps, outputs, products);
}

// One block of output channels, or two that are made together.
static inline void output_blocks(const ck_winograd *g, const ck_finish *f, const ck_precision_kernels *kernels,
                                 const ck_tile_group *group, const void *points, const float *scales, const void *weights,
                                 long block, long outputs, long count, const float *residual, float *output,
                                 float *products) {
    const long from = point_step(g->input_blocks * count), to = point_step(count), all = 36 * to;
    const long weight_step =
        g->input_blocks * CK_BLOCK * CK_BLOCK * kernels->weight_bytes + ck_weight_header_bytes(kernels);
    ck_products shape = {.blocks = g->input_blocks, .block_stride = count * CK_BLOCK, .outputs = outputs,
                         .weight_step = 36 * weight_step, .output_step = all, .missing = g->missing};
    if (g->weights_are_taps)
        products_of_kernels(g, group, count, points, kernels, weights, outputs, products);
    for (int point = 0; point < 36 && !g->weights_are_taps; point++) {
        long begin, end;
        tiles_of_point(group, point / 6, point % 6, &begin, &end);
        if (scales) shape.scales = scales + point * count + begin;
        kernels->products(&shape, (const char *)points + (point * from + begin * CK_BLOCK) * kernels->point_bytes,
                          (const char *)weights + point * weight_step, end - begin,
                          products + point * to + begin * CK_BLOCK);
    }
    const long *starts = group->starts;
    for (long last = block + outputs; block < last; block++, products += all) {
        finish_tiles(0, 1, g, f, group, starts[0], starts[1], products, to, block, residual, output);
        finish_tiles(0, 0, g, f, group, starts[1], starts[2], products, to, block, residual, output);
        finish_tiles(1, 0, g, f, group, starts[2], starts[3], products, to, block, residual, output);
        finish_tiles(1, 1, g, f, group, starts[3], starts[4], products, to, block, residual, output);
    }
}

static void winograd_output(const ck_winograd *g, const ck_finish *f, const ck_precision_kernels *kernels,
                            const void *points, const float *scales, const void *weights, long block, long outputs,
                            long first, long count, const float *residual, float *output, float *products) {
    ck_tile_group group;
    group_tiles(g, first, count, &group);
    // Two blocks that share no loads are better finished one by one, while the sums of one are in a cache.
    const long together = CK_PAIR_TILES > 0 ? outputs : 1;
    const long sums = g->input_blocks * CK_BLOCK * CK_BLOCK * kernels->weight_bytes + ck_weight_header_bytes(kernels);
    const long block_bytes = g->weights_are_taps ? g->input_blocks * tap_bytes(kernels->weight_bytes == 2) : 36 * sums;
    for (long i = 0; i < outputs; i += together)
        output_blocks(g, f, kernels, &group, points, scales, (const char *)weights + i * block_bytes, block + i,
                      together, count, residual, output, products);
}
