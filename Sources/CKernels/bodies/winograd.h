// Winograd's F(4x4, 3x3) (Lavin and Gray, 2015) on channel blocks, with the points 0, +-3/4, +-3/2 and infinity,
// whose rounding error is half that of 0, +-1, +-2.
//
// A tile is 6x6 input and 4x4 output pixels. Tiles are taken in groups: the group's input is transformed to
// `points[36][blocks][tiles][16]`, then each block of output channels is one product a point and the transform back,
// which ends in bias, residual and activation and writes the output itself.

static inline void input_points(const CK_WIDE d[6], CK_WIDE v[6]) {
    CK_WIDE even, odd;
    v[0] = 1.265625f * d[0] - 2.8125f * d[2] + d[4];
    even = d[4] - 2.25f * d[2], odd = 0.75f * d[3] - 1.6875f * d[1];
    v[1] = even + odd, v[2] = even - odd;
    even = d[4] - 0.5625f * d[2], odd = 1.5f * d[3] - 0.84375f * d[1];
    v[3] = even + odd, v[4] = even - odd;
    v[5] = 1.265625f * d[1] - 2.8125f * d[3] + d[5];
}

static inline void output_points(const CK_WIDE m[6], CK_WIDE y[4]) {
    CK_WIDE s = m[1] + m[2], d = m[1] - m[2], t = m[3] + m[4], e = m[3] - m[4];
    y[0] = m[0] + s + t;
    y[1] = 0.75f * d + 1.5f * e;
    y[2] = 0.5625f * s + 2.25f * t;
    y[3] = 0.421875f * d + 3.375f * e + m[5];
}

// One tile of one vector of channels; `row` floats lie between input rows, `step` between the points' planes.
static inline void transform_tile(const float *input, long row, float *points, long step) {
    CK_WIDE middle[6][6];
    CK_UNROLL for (int x = 0; x < 6; x++) {
        CK_WIDE d[6], v[6];
        CK_UNROLL for (int y = 0; y < 6; y++) d[y] = wide_load(input + y * row + x * CK_BLOCK);
        input_points(d, v);
        CK_UNROLL for (int y = 0; y < 6; y++) middle[y][x] = v[y];
    }
    CK_UNROLL for (int y = 0; y < 6; y++) {
        CK_WIDE v[6];
        input_points(middle[y], v);
        CK_UNROLL for (int x = 0; x < 6; x++) wide_store(points + (6 * y + x) * step, v[x]);
    }
}

// The tile's 6x6 pixels as far as they lie in the plane, the border elsewhere.
static void copy_patch(const ck_winograd *g, const float *plane, long top, long left, const float *border,
                       float *patch) {
    for (long y = 0; y < 6; y++)
        for (long x = 0; x < 6; x++) {
            long row = top + y, column = left + x;
            int inside = row >= 0 && row < g->input_height && column >= 0 && column < g->input_width;
            const float *from = inside ? plane + (row * g->input_width + column) * CK_BLOCK : border;
            for (int p = 0; p < CK_PARTS; p++)
                wide_store(patch + (6 * y + x) * CK_BLOCK + p * CK_LANES,
                           from ? wide_load(from + p * CK_LANES) : (CK_WIDE){0});
        }
}

static void winograd_input(const ck_winograd *g, const float *input, long first, long count, float *points) {
    long plane = g->input_height * g->input_width * CK_BLOCK, step = g->input_blocks * count * CK_BLOCK;
    float patch[36 * CK_BLOCK] __attribute__((aligned(64)));
    for (long block = 0; block < g->input_blocks; block++)
        for (long t = 0; t < count; t++) {
            long tile = first + t;
            long top = tile / g->tile_columns * 4 - g->pad_top, left = tile % g->tile_columns * 4 - g->pad_left;
            const float *from = input + block * plane + (top * g->input_width + left) * CK_BLOCK;
            long row = g->input_width * CK_BLOCK;
            if (top < 0 || left < 0 || top + 6 > g->input_height || left + 6 > g->input_width) {
                copy_patch(g, input + block * plane, top, left, g->border ? g->border + block * CK_BLOCK : 0, patch);
                from = patch, row = 6 * CK_BLOCK;
            }
            float *to = points + (block * count + t) * CK_BLOCK;
            for (int p = 0; p < CK_PARTS; p++) transform_tile(from + p * CK_LANES, row, to + p * CK_LANES, step);
        }
}

// The tile's 4x4 outputs of one vector of channels, as far as they lie in the plane.
static inline void finish_tile(const ck_winograd *g, const ck_finish *f, const float *products, long step,
                               long channel, long rows, long columns, const float *residual, float *output) {
    CK_WIDE middle[4][6];
    CK_UNROLL for (int x = 0; x < 6; x++) {
        CK_WIDE m[6], y[4];
        CK_UNROLL for (int k = 0; k < 6; k++) m[k] = wide_load(products + (6 * k + x) * step);
        output_points(m, y);
        CK_UNROLL for (int k = 0; k < 4; k++) middle[k][x] = y[k];
    }
    long row = g->output_width * CK_BLOCK;
    CK_UNROLL for (int y = 0; y < 4; y++) {
        CK_WIDE out[4];
        output_points(middle[y], out);
        if (y >= rows) break;
        CK_UNROLL for (int x = 0; x < 4; x++) {
            if (x >= columns) break;
            long at = y * row + x * CK_BLOCK;
            wide_store(output + at, finished(f, out[x], channel, residual ? residual + at : 0));
        }
    }
}

static void winograd_output(const ck_winograd *g, const ck_finish *f, const float *points, const float *weights,
                            long block, long first, long count, const float *residual, float *output,
                            float *products) {
    ck_taps taps = {.blocks = g->input_blocks, .block_stride = count * CK_BLOCK, .rows = 1, .columns = 1,
                    .inner = CK_BLOCK, .tile_stride = CK_BLOCK};
    long step = g->input_blocks * count * CK_BLOCK, weight_step = g->input_blocks * CK_BLOCK * CK_BLOCK;
    for (int point = 0; point < 36; point++)
        sum_all_tiles(&taps, points + point * step, weights + point * weight_step, count,
                      products + point * count * CK_BLOCK);
    long plane = g->output_height * g->output_width * CK_BLOCK;
    for (long t = 0; t < count; t++) {
        long top = (first + t) / g->tile_columns * 4, left = (first + t) % g->tile_columns * 4;
        long at = block * plane + (top * g->output_width + left) * CK_BLOCK;
        long rows = ck_min(4, g->output_height - top), columns = ck_min(4, g->output_width - left);
        for (int p = 0; p < CK_PARTS; p++)
            finish_tile(g, f, products + t * CK_BLOCK + p * CK_LANES, count * CK_BLOCK, block * CK_BLOCK + p * CK_LANES,
                        rows, columns, residual ? residual + at + p * CK_LANES : 0, output + at + p * CK_LANES);
    }
}
