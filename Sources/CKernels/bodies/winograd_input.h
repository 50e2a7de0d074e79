// The input of Winograd's F(4x4, 3x3): a group of tiles of 6x6 pixels, fewer at the end of a plane, becomes
// `points[36][blocks][tiles][16]`.

// One tile of one vector of channels; `row` floats lie between input rows, `step` elements between the
// points' planes.
static inline __attribute__((always_inline)) void transform_tile(
    ck_point_form form, int narrow_rows, int narrow_columns, const float *input, long row, void *points, long at,
    long step) {
    CK_WIDE middle[6][6];
    CK_UNROLL for (int x = 0; x < CK_POINTS(narrow_columns); x++) {
        CK_WIDE d[6], v[6];
        CK_UNROLL for (int y = 0; y < CK_POINTS(narrow_rows); y++) d[y] = wide_load(input + y * row + x * CK_BLOCK);
        input_points(narrow_rows, d, v);
        CK_UNROLL for (int y = 0; y < CK_POINTS(narrow_rows); y++) middle[y][x] = v[y];
    }
    CK_UNROLL for (int y = 0; y < CK_POINTS(narrow_rows); y++) {
        CK_WIDE v[6];
        input_points(narrow_columns, middle[y], v);
        CK_UNROLL for (int x = 0; x < CK_POINTS(narrow_columns); x++) {
            int point = 6 * CK_POINT(narrow_rows, y) + CK_POINT(narrow_columns, x);
            store_points(form, points, at + point * step, v[x]);
        }
    }
}

static inline void copy_pixels(const float *from, long count, float *to) {
    for (long i = 0; i < count * CK_BLOCK; i += CK_LANES) wide_store(to + i, wide_load(from + i));
}

// `border` is one pixel.
static inline void fill_pixels(const float *border, long count, float *to) {
    for (long i = 0; i < count; i++) copy_pixels(border, 1, to + i * CK_BLOCK);
}

// The tile's pixels as far as they lie in the plane, the border elsewhere.
static inline void copy_patch(const ck_winograd *g, const float *plane, long top, long left, const float *border,
                              float *patch) {
    static const float zeros[CK_BLOCK] __attribute__((aligned(64)));
    if (!border) border = zeros;
    const long first = ck_min(6, ck_max(0, -left)), last = ck_max(first, ck_min(6, g->input_width - left));
    for (long y = 0; y < 6; y++, patch += 6 * CK_BLOCK) {
        const long row = top + y;
        if (row < 0 || row >= g->input_height) {
            fill_pixels(border, 6, patch);
            continue;
        }
        fill_pixels(border, first, patch);
        copy_pixels(plane + (row * g->input_width + left + first) * CK_BLOCK, last - first, patch + first * CK_BLOCK);
        fill_pixels(border, 6 - last, patch + last * CK_BLOCK);
    }
}

// All tiles of one kind in one block of input channels.
static inline __attribute__((always_inline)) void transform_tiles(
    ck_point_form form, int narrow_rows, int narrow_columns, const ck_winograd *g, const ck_tile_group *group,
    long begin, long end, const float *input, long block, void *points, ck_part part) {
    begin = ck_max(begin, part.begin), end = ck_min(end, part.end);
    long count = part.end - part.begin;
    long plane = g->input_height * g->input_width * CK_BLOCK, step = point_step(g->input_blocks * count);
    float patch[36 * CK_BLOCK] __attribute__((aligned(64)));
    for (long t = begin; t < end; t++) {
        long top = group->tiles[t].top - g->pad_top, left = group->tiles[t].left - g->pad_left;
        const float *of_block = input + (group->tiles[t].image * g->input_blocks + block) * plane;
        const float *from = of_block + (top * g->input_width + left) * CK_BLOCK;
        long row = g->input_width * CK_BLOCK;
        if (top < 0 || left < 0 || top + CK_POINTS(narrow_rows) > g->input_height
            || left + CK_POINTS(narrow_columns) > g->input_width) {
            copy_patch(g, of_block, top, left, g->border ? g->border + block * CK_BLOCK : 0, patch);
            from = patch, row = 6 * CK_BLOCK;
        }
        for (int p = 0; p < CK_PARTS; p++)
            transform_tile(form, narrow_rows, narrow_columns, from + p * CK_LANES, row, points,
                           (block * count + t - part.begin) * CK_BLOCK + p * CK_LANES, step);
    }
}

// A part of a group's tiles in one block of input channels; `points` has room for the part.
static inline __attribute__((always_inline)) void transform_part(ck_point_form form, const ck_winograd *g,
                                                                 const ck_tile_group *group, ck_part part,
                                                                 const float *input, long block, void *points) {
    const long *starts = group->starts;
    transform_tiles(form, 0, 1, g, group, starts[0], starts[1], input, block, points, part);
    transform_tiles(form, 0, 0, g, group, starts[1], starts[2], input, block, points, part);
    transform_tiles(form, 1, 0, g, group, starts[2], starts[3], input, block, points, part);
    transform_tiles(form, 1, 1, g, group, starts[3], starts[4], input, block, points, part);
}

#define CK_WINOGRAD_INPUT(NAME, FORM)                                                                       \
    static void NAME(const ck_winograd *g, const float *input, long block, long first, long count,          \
                     void *points) {                                                                        \
        ck_tile_group group;                                                                                \
        group_tiles(g, first, count, &group);                                                               \
        transform_part(FORM, g, &group, (ck_part){0, count}, input, block, points);                         \
    }
