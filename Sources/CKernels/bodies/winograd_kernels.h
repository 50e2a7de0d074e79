// Kernels of Winograd's F(4x4, 3x3) transformed as they are used: in memory they are nine numbers instead of
// 36. Large layers of small planes use each weight a few times only, and wait for memory otherwise.
//
// A point's row of the transform is (1, p, p^2), so that p and -p take three operations together; what that
// lacks of the rows in weights.h, a factor for each point, the transform of the output has instead
// (`tap_factors`).

// The points of rows and columns; the first and the last, 0 and infinity, take the first and the last tap as
// they are.
static const float kernel_points[6] = {0, 0.75f, -0.75f, 1.5f, -1.5f, 0};

// Weights are asked for from memory a pair of output blocks early, into the second cache, a third of them as
// kernels are transformed and the rest before each column of products: a core waits for so many lines at a
// time, and for its second cache by the same places.
static inline __attribute__((always_inline)) void fetch(const char **ahead, long bytes) {
    for (long i = 0; i < bytes; i += 64) __builtin_prefetch(*ahead + i, 0, 2);
    *ahead += bytes;
}

// The tap at `at` of kernels in float16 (`half`) or float32.
static inline __attribute__((always_inline)) CK_WIDE load_tap(int half, const void *taps, long at) {
    return half ? wide_load_half((const unsigned short *)taps + at) : wide_load((const float *)taps + at);
}

// columns[0..2]: a row of points of one vector of kernels; `at` is where its first tap lies.
static inline __attribute__((always_inline)) void kernel_row(int half, int row, const void *taps, long at, CK_WIDE *columns) {
    const float p = kernel_points[row];
    CK_UNROLL for (long x = 0; x < 3; x++, at += CK_BLOCK) {
        if (row == 0 || row == 5) {
            columns[x] = load_tap(half, taps, at + (row == 0 ? 0 : 6 * CK_BLOCK));
            continue;
        }
        columns[x] = load_tap(half, taps, at) + p * p * load_tap(half, taps, at + 6 * CK_BLOCK);
        columns[x] += p * load_tap(half, taps, at + 3 * CK_BLOCK);
    }
}

// The columns of points q and -q of a row: the same operations wherever they are done, as bits must not
// depend on the batch.
static inline __attribute__((always_inline)) void column_pair(float q, CK_WIDE first, CK_WIDE middle, CK_WIDE last,
                                                              CK_WIDE *pair) {
    CK_WIDE even = first + q * q * last;
    pair[0] = even + q * middle, pair[1] = even - q * middle;
}

// points[column][k][0..15] of one row of points of a block of input channels, from taps [k][3][3][16];
// columns lie `step` floats apart. A third of what is needed next, a sixth of that for each row, is asked for
// here.
static inline __attribute__((always_inline)) void row_points(int half, int row, const void *taps, float *points, long step,
                                                             const char **ahead) {
    for (long k = 0; k < CK_BLOCK; k++, points += CK_BLOCK) {
        if (k % 2) fetch(ahead, half ? 32 : 64);
        CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            CK_WIDE h[3];
            kernel_row(half, row, taps, 9 * CK_BLOCK * k + p, h);
            wide_store(points + p, h[0]);
            wide_store(points + 5 * step + p, h[2]);
            CK_UNROLL for (int column = 1; column < 5; column += 2) {
                CK_WIDE pair[2];
                column_pair(kernel_points[column], h[0], h[1], h[2], pair);
                wide_store(points + column * step + p, pair[0]);
                wide_store(points + (column + 1) * step + p, pair[1]);
            }
        }
    }
}

// Inlined into loops that have a constant `half`: a call by pointer made IResNet-50's layers of 256 channels
// 3 % slower.
static inline __attribute__((always_inline)) void any_row_points(int half, int row, const void *taps, float *points,
                                                                 long step, const char **ahead) {
    if (row == 0) row_points(half, 0, taps, points, step, ahead);
    else if (row == 5) row_points(half, 5, taps, points, step, ahead);
    else row_points(half, row, taps, points, step, ahead);
}

// What the products of a group are made of: one or two blocks of output channels, whose taps and products
// begin here.
typedef struct {
    const ck_winograd *g;
    const ck_tile_group *group;
    const float *points;
    long count, outputs;
    const char *taps;
    float *products;
} ck_tap_products;

// Input blocks that are transformed together.
typedef struct {
    long first, count;
} ck_tap_blocks;

// Bytes of a block's taps.
static inline long tap_bytes(int half) { return 9 * CK_BLOCK * CK_BLOCK * (half ? 2 : 4); }

// The products of one row of points of some input blocks, which are added to those of the blocks before.
static inline __attribute__((always_inline)) void products_of_row(int half, const ck_tap_products *o, int row,
                                                                  ck_tap_blocks blocks, float *weights, const char **ahead) {
    const ck_winograd *g = o->g;
    const long from = point_step(g->input_blocks * o->count), to = point_step(o->count);
    // Of one block nothing competes for a place.
    const long column_step = blocks.count == 1 ? CK_BLOCK * CK_BLOCK : point_step(blocks.count * CK_BLOCK);
    for (long b = 0; b < o->outputs; b++)
        for (long i = 0; i < blocks.count; i++)
            any_row_points(half, row, o->taps + (b * g->input_blocks + blocks.first + i) * tap_bytes(half),
                           weights + b * 6 * column_step + i * CK_BLOCK * CK_BLOCK, column_step, ahead);
    const ck_products shape = {
        .blocks = blocks.count, .block_stride = o->count * CK_BLOCK, .outputs = o->outputs,
        .weight_step = 6 * column_step * (long)sizeof(float), .output_step = 36 * to, .adds = blocks.first > 0,
        .missing = blocks.first + blocks.count < g->input_blocks ? 0 : g->missing};
    for (int column = 0; column < 6; column++) {
        const int point = 6 * row + column;
        long begin, end;
        fetch(ahead, o->outputs * blocks.count * tap_bytes(half) / 6 / 9);
        tiles_of_point(o->group, row, column, &begin, &end);
        products_float32(&shape, o->points + point * from + (blocks.first * o->count + begin) * CK_BLOCK,
                         weights + column * column_step, end - begin, o->products + point * to + begin * CK_BLOCK);
    }
}

// The products of all points of a group, as winograd_output makes them. A row of points of `together` input
// blocks is transformed at a time, and its products are added to those of the blocks before. Of few tiles all
// of that stays in the first cache if blocks are few too; sums of many tiles lie in the second cache, and are
// added to less often if blocks are more.
#define CK_TAP_BLOCKS 8
#if CK_PAIR_TILES > 0
#define CK_TAP_BLOCKS_OF_FEW 1
#define CK_MANY_TILES 32
// The taps of two blocks of output channels stay in the second cache, and so do those of the next two, which
// are asked for meanwhile: so all products of a row come first.
static inline __attribute__((always_inline)) void products_of_blocks(int half, const ck_tap_products *o, long together) {
    float weights[2 * 6 * (CK_TAP_BLOCKS * CK_BLOCK + 1) * CK_BLOCK] __attribute__((aligned(64)));
    const long all = o->g->input_blocks;
    const char *ahead = o->taps + o->outputs * all * tap_bytes(half);
    // Rows that are made of all taps come first: taps come from memory in order then, not every third row of
    // them.
    static const int order[6] = {1, 2, 3, 4, 0, 5};
    for (int turn = 0; turn < 6; turn++)
        for (long block = 0; block < all; block += together)
            products_of_row(half, o, order[turn], (ck_tap_blocks){block, ck_min(together, all - block)}, weights, &ahead);
}
#else
#define CK_TAP_BLOCKS_OF_FEW 2
#define CK_MANY_TILES 24
// Second caches of half a MiB don't hold so much: taps are read once, and those of the next input blocks are
// asked for.
static inline __attribute__((always_inline)) void products_of_blocks(int half, const ck_tap_products *o, long together) {
    float weights[6 * (CK_TAP_BLOCKS * CK_BLOCK + 1) * CK_BLOCK] __attribute__((aligned(64)));
    const long all = o->g->input_blocks;
    const char *ahead = o->taps + together * tap_bytes(half);
    for (long block = 0; block < all; block += together)
        for (int row = 0; row < 6; row++)
            products_of_row(half, o, row, (ck_tap_blocks){block, ck_min(together, all - block)}, weights, &ahead);
}
#endif

static inline __attribute__((always_inline)) void products_by_rows(int half, const ck_tap_products *o) {
    if (o->count < CK_MANY_TILES) products_of_blocks(half, o, CK_TAP_BLOCKS_OF_FEW);
    else products_of_blocks(half, o, CK_TAP_BLOCKS);
}
