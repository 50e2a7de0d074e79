// Depthwise 3x3 of stride 1 on channel blocks, two output rows at a time, by Winograd's F(2, 3) down the
// columns: of four rows of input d and the three weights g of a kernel's column
//
//   t0 = d0 - d2, t1 = d1 + d2, t2 = d2 - d1, t3 = d1 - d3
//   w0 = g0, w1 = (g0 + g1 + g2) / 2, w2 = (g0 - g1 + g2) / 2, w3 = g2       (made when the weights are packed)
//   first row += t0 w0 + t1 w1 + t2 w2,   second row += t1 w1 - t2 w2 - t3 w3
//
// which is 12 products for 18. The four products are summed over the kernel's columns first, and a column of
// input is transformed once for the three outputs that it takes part in: 4 additions before and 4 after, on
// units that do not multiply. Where only the largest of each 2x2 outputs is wanted (a pool behind), it is
// found before anything is stored.

// How a pair ends: the usual ends are known when its loop begins. On a grid NaN becomes the lower bound,
// which takes no more than to leave it; a grid that has it become less is one of any.
typedef enum { CK_PAIR_LOW, CK_PAIR_GRID, CK_PAIR_SLOPE, CK_PAIR_ANY } ck_pair_end;

// A pair of rows of one vector of channels. A row outside the input is zeros, its columns no floats apart.
typedef struct {
    const ck_depthwise *g;
    const ck_finish *f;
    const float *rows[4];
    long steps[4];
    const float *weights;  // [3 columns][4][16]
    long channel;
    // Floats from the first row of output to the second: 0 where there is none, and the first one is written
    // last.
    long second;
    const float *residual;
    float *output;
} ck_depthwise_pair;

// The four sums of products of one output column.
typedef struct {
    CK_WIDE m[4];
} ck_pair_sums;

static inline __attribute__((always_inline)) CK_WIDE ended(const ck_depthwise_pair *r, ck_pair_end end, CK_WIDE constant,
                                                           const ck_grid *grid, CK_WIDE sum, long at) {
    switch (end) {
    case CK_PAIR_LOW: return wide_select(sum < constant, constant, sum);
    case CK_PAIR_SLOPE: return wide_select(sum < 0, sum * constant, sum);
    case CK_PAIR_GRID: {
        const CK_WIDE high = (CK_WIDE){0} + grid->high;
        sum = wide_select(sum > constant, sum, constant);
        sum = wide_select(sum > high, high, sum);
        return CK_ON_GRID(CK_WIDE, sum, grid->step, grid->inverse);
    }
    case CK_PAIR_ANY: break;
    }
    CK_WIDE result;
    CK_JOIN(finish_, CK_LANES)(r->f, &sum, 1, 1, r->channel, r->residual ? r->residual + at : 0, (float *)&result);
    return result;
}

static inline __attribute__((always_inline)) void depthwise_pair(const ck_depthwise_pair *pair, ck_pair_end end,
                                                                 int pools) {
    const ck_depthwise_pair r = *pair;
    const ck_depthwise *g = r.g;
    CK_WIDE w[3][4];
    CK_UNROLL for (int i = 0; i < 12; i++) w[i / 4][i % 4] = wide_load(r.weights + i * CK_BLOCK);
    const CK_WIDE constant = end == CK_PAIR_SLOPE ? wide_load(r.f->slope + r.channel)
                             : (CK_WIDE){0} + (r.f->clips ? r.f->low : -INFINITY);
    const ck_grid grid = {r.f->grid.step, r.f->grid.inverse, r.f->low, r.f->high, r.f->low};
    const int is_monotone = end == CK_PAIR_LOW || end == CK_PAIR_GRID;
    const ck_pair_sums fresh = {{{0}, wide_load(r.f->bias + r.channel), {0}, {0}}};
    ck_pair_sums a, b = fresh, c = fresh;
    CK_WIDE before = {0};  // the larger of the two rows, one column before
    const float *in[4];
    CK_UNROLL for (int k = 0; k < 4; k++) in[k] = r.rows[k];
    const long below = 2 * g->input_width * CK_BLOCK;  // what the next pair of rows reads for the first time
    // The input's column `column` is the last one in the window of the output at `at`.
    long column = -g->pad_left, at = -2 * CK_BLOCK;
    const long columns = column + (pools ? g->output_width / 2 * 2 : g->output_width) + 2;
#define CK_NEXT_COLUMN a = b, b = c, c = fresh
#define CK_ADD_COLUMN                                                                                       \
    do {                                                                                                    \
        CK_WIDE d[4];                                                                                       \
        CK_UNROLL for (int k = 2; k < 4; k++) __builtin_prefetch(in[k] + below, 0, 2);                      \
        CK_UNROLL for (int k = 0; k < 4; k++) d[k] = wide_load(in[k]), in[k] += r.steps[k];                 \
        const CK_WIDE t[4] = {d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]};                          \
        CK_UNROLL for (int j = 0; j < 4; j++) {                                                             \
            a.m[j] += t[j] * w[2][j];                                                                       \
            b.m[j] += t[j] * w[1][j];                                                                       \
            c.m[j] += t[j] * w[0][j];                                                                       \
        }                                                                                                   \
    } while (0)
#define CK_END_COLUMN                                                                                       \
    do {                                                                                                    \
        CK_WIDE first = a.m[0] + a.m[1] + a.m[2], second = a.m[1] - a.m[2] - a.m[3];                        \
        if (pools) {                                                                                        \
            /* A bound or a grid is as good after the largest is found; a bend may be none. */              \
            if (!is_monotone)                                                                               \
                first = ended(&r, end, constant, &grid, first, at),                                         \
                second = ended(&r, end, constant, &grid, second, at);                                       \
            CK_WIDE larger, largest;                                                                        \
            if (end == CK_PAIR_GRID) {                                                                      \
                /* NaN goes before it could be the largest. */                                              \
                first = wide_select(first > constant, first, constant);                                     \
                larger = wide_select(second > first, second, first);                                        \
                largest = wide_select(before > larger, before, larger);                                     \
            } else {                                                                                        \
                larger = wide_largest(first, second), largest = wide_largest(before, larger);               \
            }                                                                                               \
            before = larger;                                                                                \
            if (is_monotone) largest = ended(&r, end, constant, &grid, largest, at);                        \
            /* Every second column writes over what the one before has put there. */                        \
            wide_store(r.output + at / (2 * CK_BLOCK) * CK_BLOCK, largest);                                 \
        } else {                                                                                            \
            if (end != CK_PAIR_ANY || r.second)                                                             \
                wide_store(r.output + r.second + at,                                                        \
                           ended(&r, end, constant, &grid, second, r.second + at));                         \
            wide_store(r.output + at, ended(&r, end, constant, &grid, first, at));                          \
        }                                                                                                   \
    } while (0)
    for (; column < ck_min(0, columns); column++, at += CK_BLOCK) {
        CK_NEXT_COLUMN;
        if (at >= 0) CK_END_COLUMN;
    }
    for (; column < ck_min(2 - g->pad_left, g->input_width); column++, at += CK_BLOCK) {
        CK_NEXT_COLUMN;
        CK_ADD_COLUMN;
    }
    const long inside = ck_min(columns, g->input_width);
    _Pragma("clang loop unroll_count(3)") for (; column < inside; column++, at += CK_BLOCK) {
        CK_NEXT_COLUMN;
        CK_ADD_COLUMN;
        CK_END_COLUMN;
    }
    for (; column < columns; column++, at += CK_BLOCK) {
        CK_NEXT_COLUMN;
        if (at >= 0) CK_END_COLUMN;
    }
#undef CK_NEXT_COLUMN
#undef CK_ADD_COLUMN
#undef CK_END_COLUMN
}

// Output rows first..<first + count of one block, of which `first` is even. input: the block's plane;
// residual and output: those rows, or where it pools (there is no `rest` then) those of the largest of each
// 2x2; weights [3 columns][4][16].
static inline __attribute__((always_inline)) void depthwise_pairs(
    const ck_depthwise *g, const ck_finish *f, const float *input, const float *weights, long channel, long first,
    long count, const float *residual, float *output, int pools) {
    static const float zeros[CK_BLOCK];
    const long size = g->output_width * CK_BLOCK, left = ck_max(0, -g->pad_left);
    const long pair_size = pools ? g->output_width / 2 * CK_BLOCK : 2 * size;
    const int is_low = !residual && f->grid.step == 0 && !f->slope && (!f->clips || f->high == INFINITY);
    const int is_grid = !residual && f->grid.step != 0 && !f->slope && f->grid.none == f->low;
    const int is_slope = !residual && f->grid.step == 0 && f->slope && !f->clips;
    for (long y = first; y < first + count; y += 2) {
        for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            const long at = (y - first) / 2 * pair_size + p;
            ck_depthwise_pair pair = {.g = g, .f = f, .weights = weights + p, .channel = channel + p,
                                      .second = y + 1 < first + count ? size : 0,
                                      .residual = residual ? residual + at : 0, .output = output + at};
            for (int k = 0; k < 4; k++) {
                const long row = y - g->pad_top + k;
                const int inside = row >= 0 && row < g->input_height;
                pair.rows[k] = inside ? input + (row * g->input_width + left) * CK_BLOCK + p : zeros;
                pair.steps[k] = inside ? CK_BLOCK : 0;
            }
            if (is_low)
                depthwise_pair(&pair, CK_PAIR_LOW, pools);
            else if (is_grid)
                depthwise_pair(&pair, CK_PAIR_GRID, pools);
            else if (is_slope)
                depthwise_pair(&pair, CK_PAIR_SLOPE, pools);
            else
                depthwise_pair(&pair, CK_PAIR_ANY, pools);
        }
        if (!pools) finish_rest(f, output + (y - first) * size, ck_min(2, first + count - y) * size);
    }
}

static void winograd_depthwise_rows(const ck_depthwise *g, const ck_finish *f, const float *input, const float *weights,
                                    long channel, long first, long count, const float *residual, float *output) {
    depthwise_pairs(g, f, input, weights, channel, first, count, residual, output, 0);
}

static void pooled_depthwise_rows(const ck_depthwise *g, const ck_finish *f, const float *input, const float *weights,
                                  long channel, long first, long count, const float *residual, float *output) {
    (void)residual;
    depthwise_pairs(g, f, input, weights, channel, first, count, 0, output, 1);
}
