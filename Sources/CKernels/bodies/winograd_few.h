// The same products for a few tiles, as a plane of 7x7 has: their sums leave room in the registers for the
// columns of points p and -p together, so that only rows are transformed on their own, two at a time, and a
// third as much is stored (half as much of float16, whose rows 0 and 5 are widened too).

#if CK_PAIR_TILES > 0
#define CK_FEW_TILES 7

// The products of one row of points of a block of input channels and two columns, in two blocks of output
// channels.
typedef struct {
    // Three vectors of each channel of the first block of output channels, `next` floats from channel to
    // channel; those of the second block lie `other` floats behind.
    const float *row;
    long next, other;
    const float *points[2];
    // Those of the second block of output channels lie output_step floats behind.
    float *products[2];
    long output_step, channels;
    int adds;
    // What is needed later and soon: for each channel one tap of sixteen outputs, tap_bytes, is asked for
    // from memory, and three from the second cache.
    const char *ahead, *soon;
    long tap_bytes;
} ck_columns;

#define CK_EACH_OF_COLUMNS(N)                                                                               \
    CK_UNROLL for (int c = 0; c < 2; c++) CK_UNROLL for (int b = 0; b < 2; b++)                             \
        CK_UNROLL for (int t = 0; t < N; t++)

// N tiles; `column` is the first of the two.
#define CK_COLUMNS(N)                                                                                       \
    static inline __attribute__((always_inline)) void two_columns_##N(int column, const ck_columns *g) {    \
        const float *h = g->row;                                                                            \
        CK_WIDE sums[2][2][N];                                                                              \
        CK_EACH_OF_COLUMNS(N)                                                                               \
            sums[c][b][t] = g->adds ? wide_load(g->products[c] + b * g->output_step + t * CK_BLOCK)         \
                                    : (CK_WIDE){0};                                                         \
        for (long k = 0; k < g->channels; k++, h += g->next) {                                              \
            __builtin_prefetch(g->ahead + k * g->tap_bytes, 0, 2);                                          \
            CK_UNROLL for (int i = 0; i < 3; i++) __builtin_prefetch(g->soon + (3 * k + i) * g->tap_bytes); \
            CK_WIDE weights[2][2];                                                                          \
            CK_UNROLL for (int b = 0; b < 2; b++) {                                                         \
                const float *from = h + b * g->other;                                                       \
                CK_WIDE first = wide_load(from), last = wide_load(from + 2 * CK_BLOCK), pair[2] = {first, last}; \
                if (column > 0)                                                                             \
                    column_pair(kernel_points[column], first, wide_load(from + CK_BLOCK), last, pair);      \
                weights[0][b] = pair[0], weights[1][b] = pair[1];                                           \
            }                                                                                               \
            CK_UNROLL for (int c = 0; c < 2; c++) CK_UNROLL for (int t = 0; t < N; t++) {                   \
                float x = g->points[c][t * CK_BLOCK + k];                                                   \
                CK_UNROLL for (int b = 0; b < 2; b++) sums[c][b][t] += weights[c][b] * x;                   \
            }                                                                                               \
        }                                                                                                   \
        CK_EACH_OF_COLUMNS(N)                                                                               \
            wide_store(g->products[c] + b * g->output_step + t * CK_BLOCK, sums[c][b][t]);                  \
    }                                                                                                       \
    static void columns_##N(int column, const ck_columns *g) {                                              \
        if (column == 0) two_columns_##N(0, g);                                                             \
        else if (column == 1) two_columns_##N(1, g);                                                        \
        else two_columns_##N(3, g);                                                                         \
    }
CK_COLUMNS(1) CK_COLUMNS(2) CK_COLUMNS(3) CK_COLUMNS(4) CK_COLUMNS(5) CK_COLUMNS(6) CK_COLUMNS(7)

// rows[2][k][3][16], the second `other` floats behind the first: rows of points p and -p, or 0 and infinity,
// of three columns of taps. `row` is the first of the two.
static inline __attribute__((always_inline)) void two_rows(int half, int row, const void *taps, float *rows, long other) {
    for (long k = 0; k < CK_BLOCK; k++, rows += 3 * CK_BLOCK) {
        CK_WIDE h[2][3];
        kernel_row(half, row, taps, 9 * CK_BLOCK * k, h[0]);
        kernel_row(half, row == 0 ? 5 : row + 1, taps, 9 * CK_BLOCK * k, h[1]);
        CK_UNROLL for (int x = 0; x < 3; x++) {
            wide_store(rows + x * CK_BLOCK, h[0][x]);
            wide_store(rows + other + x * CK_BLOCK, h[1][x]);
        }
    }
}

// As products_by_rows, for at most CK_FEW_TILES tiles and two blocks of output channels.
static inline __attribute__((always_inline)) void products_of_few(
    int half, const ck_winograd *g, const ck_tile_group *group, long count, const float *points, const char *taps,
    float *products) {
    static void (*const by_tiles[])(int, const ck_columns *) = {0,         columns_1, columns_2, columns_3,
                                                                columns_4, columns_5, columns_6, columns_7};
    static const int pairs[3][2] = {{1, 2}, {3, 4}, {0, 5}};
    const long from = point_step(g->input_blocks * count), to = point_step(count), step = 3 * CK_BLOCK * CK_BLOCK;
    const long block_taps = 3 * step * (half ? 2 : 4), other = g->input_blocks * block_taps;
    float rows[4 * 3 * CK_BLOCK * CK_BLOCK] __attribute__((aligned(64)));
    ck_columns columns = {.output_step = 36 * to, .ahead = taps + 2 * other,
                          .tap_bytes = CK_BLOCK * (half ? 2 : 4)};
    for (int turn = 0; turn < 3; turn++)
        for (long block = 0; block < g->input_blocks; block++) {
            const char *of_block = taps + block * block_taps;
            const char *of_next = taps + (block + 1 < g->input_blocks ? block + 1 : 0) * block_taps;
            // Rows 0 and 5 are rows of taps: they may be read where they are.
            const int row = pairs[turn][0], in_place = row == 0 && !half;
            for (long b = 0; b < 2 && !in_place; b++) {
                const char *of_output = of_block + b * other;
                if (row == 0) two_rows(half, 0, of_output, rows + b * 2 * step, step);
                else if (row == 1) two_rows(half, 1, of_output, rows + b * 2 * step, step);
                else two_rows(half, 3, of_output, rows + b * 2 * step, step);
            }
            columns.next = in_place ? 9 * CK_BLOCK : 3 * CK_BLOCK;
            columns.other = in_place ? other / (long)sizeof(float) : 2 * step;
            columns.adds = block > 0;
            columns.channels = block + 1 < g->input_blocks ? CK_BLOCK : CK_BLOCK - g->missing;
            for (int r = 0; r < 2; r++) {
                columns.row = in_place ? (const float *)of_block + r * 6 * CK_BLOCK : rows + r * step;
                columns.soon = of_next + r * other;
                for (int pair = 0; pair < 3; pair++) {
                    long begin, end;
                    tiles_of_point(group, pairs[turn][r], pairs[pair][0], &begin, &end);
                    for (int c = 0; c < 2; c++) {
                        const int point = 6 * pairs[turn][r] + pairs[pair][c];
                        columns.points[c] = points + point * from + (block * count + begin) * CK_BLOCK;
                        columns.products[c] = products + point * to + begin * CK_BLOCK;
                    }
                    if (begin < end) by_tiles[end - begin](pairs[pair][0], &columns);
                    columns.ahead += CK_BLOCK * columns.tap_bytes;
                    columns.soon += 3 * CK_BLOCK * columns.tap_bytes;
                }
            }
        }
}
#endif
