// Pointwise products with seven eighths of the multiplications: Strassen's algorithm in Winograd's form
// (seven products and fifteen additions for eight products of quarter size), one level deep. Halved are the
// channels on both sides and a run of positions:
//
//   X = |a b|  rows 0..<rows, both halves of the input channels         W = |W11 W12|
//       |c d|  rows rest..<rest + rows                                      |W21 W22|
//
//   S1 = c + d, S2 = S1 - a, S3 = a - c, S4 = b - S2      T1 = W12 - W11, T2 = W22 - T1, T3 = W22 - W12, T4 = T2 - W21
//   P1 = a W11, P2 = b W21, P3 = S4 W22, P4 = d T4, P5 = S1 T1, P6 = S2 T2, P7 = S3 T3
//
//   first rows:  P1 + P2             P1 + P6 + P5 + P3
//   last rows:   P1 + P6 + P7 - P4   P1 + P6 + P7 + P5
//
// The T are made when the weights are packed, in the order in which they are read: W11, W21, T2, T3, -T4, T1,
// W22. The S are made once a run of positions, for all output channels. Of an odd run the middle row is in
// both halves, and finished once. What is halved with what is the same for every instruction set, and so is
// every bit of the result where products are fused.
//
// What is summed up should be of one size, or the larger one's rounding is all that is left of the smaller.
// So packing scales channels by powers of two, which is exact: every output channel (scaled back when it is
// finished), and of every two input channels that meet in a sum the second (`b` and `d` in the S). Positions
// are not scaled: an outlier costs its partner digits, and where it is infinite the partner becomes NaN.

// Sums of BLOCKS blocks of output channels, `g->block_output` apart, each with weights of its own, 7 *
// g->blocks * 16 rows apart.
#define CK_EACH_SUM(BLOCKS, PARTS, N)                                                                       \
    CK_UNROLL for (int b = 0; b < BLOCKS; b++) CK_UNROLL for (int t = 0; t < N; t++)                        \
        CK_UNROLL for (int p = 0; p < PARTS; p++)

// Weights come from the second cache in order: those so many floats behind are asked for, where a vector is a
// whole block of outputs. Narrower ones have so few products for each channel that two more requests cost 2
// to 6 % of the time.
#define CK_STRASSEN_AHEAD (CK_BLOCK * CK_BLOCK)

// Adds the products of one part to `sums`, and moves `weights`, `soon` and `soon_step` on.
#define CK_MULTIPLY(L, BLOCKS, PARTS, N, from)                                                              \
    soon = next_piece(r, &soon_step);                                                                       \
    for (long block = 0; block < g->blocks; block++) {                                                      \
        const float *in = (from) + block * step;                                                            \
        for (long k = 0; k < CK_BLOCK; k++, weights += CK_BLOCK, soon += soon_step) {                       \
            __builtin_prefetch(soon, 0, 2);                                                                 \
            CK_UNROLL for (int b = 0; b < BLOCKS && PARTS == 1; b++)                                        \
                __builtin_prefetch(weights + b * other + CK_STRASSEN_AHEAD);                                \
            ck_v##L w[BLOCKS][PARTS];                                                                       \
            CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                      \
                CK_UNROLL for (int p = 0; p < PARTS; p++) w[b][p] = CK_LOAD(L, weights + b * other + p * L); \
            CK_UNROLL for (int t = 0; t < N; t++) {                                                         \
                float x = in[t * CK_BLOCK + k];                                                             \
                CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                                  \
                    CK_UNROLL for (int p = 0; p < PARTS; p++) sums[b][t][p] += w[b][p] * x;                 \
            }                                                                                               \
        }                                                                                                   \
    }

#define CK_SAVED(array, L, N) CK_LOAD(L, (array) + (b * N + t) * CK_BLOCK + p * L)
#define CK_SAVE(array, L, BLOCKS, PARTS, N)                                                                 \
    CK_EACH_SUM(BLOCKS, PARTS, N) CK_STORE(L, (array) + (b * N + t) * CK_BLOCK + p * L, sums[b][t][p])

#define CK_SCALE_BACK(L, BLOCKS, PARTS, N, channel)                                                         \
    CK_EACH_SUM(BLOCKS, PARTS, N)                                                                           \
        sums[b][t][p] = sums[b][t][p] * CK_LOAD(L, g->output_scale + (channel) + b * CK_BLOCK + p * L)      \
                        + CK_LOAD(L, f->bias + (channel) + b * CK_BLOCK + p * L)

// From row `skip` on; `at`: floats from the first row's place.
#define CK_FINISH(L, BLOCKS, PARTS, N, skip, channel, at)                                                   \
    CK_UNROLL for (int b = 0; b < BLOCKS; b++) {                                                            \
        const long place = (at) + (skip) * CK_BLOCK + b * g->block_output;                                  \
        finish_##L(f, sums[b][skip], N - (skip), PARTS, (channel) + b * CK_BLOCK,                           \
                   residual ? residual + place : 0, output + place);                                        \
    }

// The middle row of an odd run is the first of the last ones: it has been finished already.
#define CK_FINISH_LAST(L, BLOCKS, PARTS, N, channel, at)                                                    \
    do {                                                                                                    \
        if (!is_odd) CK_FINISH(L, BLOCKS, PARTS, N, 0, channel, at)                                         \
        else if (N > 1) CK_FINISH(L, BLOCKS, PARTS, N, (N > 1), channel, at)                                \
    } while (0)

// A run, as its parts see it: rows of a half, the sums S1 to S4 of them, and room for three arrays of a
// part's sums.
typedef struct {
    const ck_strassen *g;
    const ck_finish *f;
    long rows, rest;
    const float *sources;
    float *saved;
} ck_strassen_run;

// Where the next piece that is asked for begins, and the bytes to its next line; a place that is near where
// there is none.
static inline const char *next_piece(const ck_strassen_run *r, long *line_step) {
    ck_ahead *ahead = r->g->ahead;
    if (!ahead || ahead->next >= ahead->end) {
        *line_step = 0;
        return (const char *)r->sources;
    }
    const long stretch = ahead->next / ahead->pieces, at = ahead->next % ahead->pieces;
    ahead->next++;
    *line_step = 64;
    return (const char *)ahead->from + stretch * ahead->step + at * ahead->piece;
}

// N rows of a run from row `first` on, for BLOCKS pairs of output blocks. input, residual and output: the
// run's first row.
#define CK_DEFINE_STRASSEN(L, BLOCKS, PARTS, N)                                                             \
    static void strassen_##BLOCKS##_##N(const ck_strassen_run *r, long first, const float *input,           \
                                        const float *weights, long channel, const float *residual,          \
                                        float *output) {                                                    \
        const ck_strassen *g = r->g;                                                                        \
        const ck_finish *f = r->f;                                                                          \
        const int is_odd = r->rest < r->rows && first == 0;                                                 \
        const long half = g->blocks * g->block_stride, own = r->rows * CK_BLOCK, all = g->blocks * own;     \
        const long far_channel = channel + g->far_channel, last = r->rest * CK_BLOCK;                       \
        const long other = 7 * g->blocks * CK_BLOCK * CK_BLOCK;                                             \
        const float *sources = r->sources + first * CK_BLOCK;                                               \
        float *const two = r->saved, *const three = two + BLOCKS * N * CK_BLOCK,                            \
                     *const five = three + BLOCKS * N * CK_BLOCK;                                           \
        ck_v##L sums[BLOCKS][N][PARTS];                                                                     \
        long step = g->block_stride, soon_step;                                                             \
        const char *soon;                                                                                   \
        input += first * CK_BLOCK;                                                                          \
        output += first * CK_BLOCK;                                                                         \
        if (residual) residual += first * CK_BLOCK;                                                         \
        CK_EACH_SUM(BLOCKS, PARTS, N) sums[b][t][p] = (ck_v##L){0};                                         \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, input)                                                             \
        CK_SAVE(two, L, BLOCKS, PARTS, N);                                                                  \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, input + half)                                                      \
        CK_SCALE_BACK(L, BLOCKS, PARTS, N, channel);                                                        \
        CK_FINISH(L, BLOCKS, PARTS, N, 0, channel, 0)                                                       \
        CK_EACH_SUM(BLOCKS, PARTS, N) sums[b][t][p] = CK_SAVED(two, L, N);                                  \
        step = own;                                                                                         \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, sources + all)                                                     \
        CK_SAVE(two, L, BLOCKS, PARTS, N);                                                                  \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, sources + 2 * all)                                                 \
        CK_SAVE(three, L, BLOCKS, PARTS, N);                                                                \
        step = g->block_stride;                                                                             \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, input + half + last)                                               \
        CK_SCALE_BACK(L, BLOCKS, PARTS, N, channel);                                                        \
        CK_FINISH_LAST(L, BLOCKS, PARTS, N, channel, last);                                                 \
        CK_EACH_SUM(BLOCKS, PARTS, N) sums[b][t][p] = (ck_v##L){0};                                         \
        step = own;                                                                                         \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, sources)                                                           \
        CK_SAVE(five, L, BLOCKS, PARTS, N);                                                                 \
        CK_EACH_SUM(BLOCKS, PARTS, N) sums[b][t][p] += CK_SAVED(three, L, N);                               \
        output += g->far_output;                                                                            \
        if (residual) residual += g->far_output;                                                            \
        CK_SCALE_BACK(L, BLOCKS, PARTS, N, far_channel);                                                    \
        CK_FINISH_LAST(L, BLOCKS, PARTS, N, far_channel, last);                                             \
        CK_EACH_SUM(BLOCKS, PARTS, N) sums[b][t][p] = CK_SAVED(five, L, N) + CK_SAVED(two, L, N);           \
        CK_MULTIPLY(L, BLOCKS, PARTS, N, sources + 3 * all)                                                 \
        CK_SCALE_BACK(L, BLOCKS, PARTS, N, far_channel);                                                    \
        CK_FINISH(L, BLOCKS, PARTS, N, 0, far_channel, 0)                                                   \
    }

typedef void (*ck_strassen_part)(const ck_strassen_run *, long, const float *, const float *, long, const float *, float *);

// Rows that a part has at most: as many as fill the registers. With AVX-512 two blocks of output channels
// share what is read of the input, a load for two products: cores that multiply two vectors in a cycle read
// two as well, and wait for one product a load.
#if CK_LANES == 16
#define CK_STRASSEN_COUNTS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#define CK_STRASSEN_MOST 14
#define CK_STRASSEN_BLOCKS 2
#define CK_DEFINE_STRASSEN_OF(N) CK_DEFINE_STRASSEN(16, 1, 1, N) CK_DEFINE_STRASSEN(16, 2, 1, N)
#elif CK_LANES == 8
#define CK_STRASSEN_COUNTS(X) X(1) X(2) X(3) X(4) X(5)
#define CK_STRASSEN_MOST 5
#define CK_STRASSEN_BLOCKS 1
#define CK_DEFINE_STRASSEN_OF(N) CK_DEFINE_STRASSEN(8, 1, 2, N)
#else
#define CK_STRASSEN_COUNTS(X) X(1) X(2)
#define CK_STRASSEN_MOST 2
#define CK_STRASSEN_BLOCKS 1
#define CK_DEFINE_STRASSEN_OF(N) CK_DEFINE_STRASSEN(4, 1, 4, N)
#endif
CK_STRASSEN_COUNTS(CK_DEFINE_STRASSEN_OF)
#define CK_STRASSEN_ENTRY_1(N) [N] = strassen_1_##N,
#define CK_STRASSEN_ENTRY_2(N) [N] = strassen_2_##N,
static const ck_strassen_part strassen_parts[CK_STRASSEN_BLOCKS][CK_STRASSEN_MOST + 1] = {
    {CK_STRASSEN_COUNTS(CK_STRASSEN_ENTRY_1)},
#if CK_STRASSEN_BLOCKS == 2
    {CK_STRASSEN_COUNTS(CK_STRASSEN_ENTRY_2)},
#endif
};

// S1 to S4, [4][blocks][rows][16].
static void strassen_sources(const ck_strassen *g, const float *input, long rows, long rest, float *sources) {
    const long all = g->blocks * rows * CK_BLOCK;
    for (long block = 0; block < g->blocks; block++) {
        const float *near = input + block * g->block_stride, *far = near + g->blocks * g->block_stride;
        float *to = sources + block * rows * CK_BLOCK;
        for (long i = 0; i < rows * CK_BLOCK; i += CK_LANES) {
            CK_WIDE scale = wide_load(g->input_scale + block * CK_BLOCK + i % CK_BLOCK);
            CK_WIDE a = wide_load(near + i), b = wide_load(far + i) * scale;
            CK_WIDE c = wide_load(near + rest * CK_BLOCK + i), d = wide_load(far + rest * CK_BLOCK + i) * scale;
            CK_WIDE s1 = c + d, s2 = s1 - a;
            wide_store(to + i, s1);
            wide_store(to + all + i, s2);
            wide_store(to + 2 * all + i, a - c);
            wide_store(to + 3 * all + i, b - s2);
        }
    }
}

static void strassen(const ck_strassen *g, const ck_finish *f, const float *input, long count, const float *weights,
                     long first, long pairs, const float *residual, float *output, float *scratch) {
    const long rows = (count + 1) / 2, parts = (rows + CK_STRASSEN_MOST - 1) / CK_STRASSEN_MOST;
    const ck_strassen_run run = {g, f, rows, count - rows, scratch, scratch + 4 * g->blocks * rows * CK_BLOCK};
    strassen_sources(g, input, rows, run.rest, scratch);
    for (long pair = first; pair < first + pairs;) {
        const long blocks = ck_min(CK_STRASSEN_BLOCKS, first + pairs - pair);
        for (long part = 0; part < parts; part++) {
            const long begin = rows * part / parts, end = rows * (part + 1) / parts;
            strassen_parts[blocks - 1][end - begin](
                &run, begin, input, weights + pair * 7 * g->blocks * CK_BLOCK * CK_BLOCK, pair * CK_BLOCK,
                residual ? residual + pair * g->block_output : 0, output + pair * g->block_output);
        }
        for (long b = 0; b < 2 * blocks; b++)
            finish_rest(f, output + (pair + b / 2) * g->block_output + b % 2 * g->far_output, count * CK_BLOCK);
        pair += blocks;
    }
}
