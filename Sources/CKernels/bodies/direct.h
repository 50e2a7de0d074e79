// Direct convolution over channel blocks, begun with the bias and finished in registers: sixteen output
// channels of some positions, each input element broadcast from memory against the weights of its channel. A
// sum depends on its own position alone: how positions are split over calls and threads changes no bit.
//
//   output[tile][0..15] = finish(bias + sum over k of  input(tile, k) * weights[k][0..15])
//
// With AVX-512 two blocks of output channels share what is read of the input, as in product_frame.h; where
// there is one block, neighbouring windows share a column. Of the last block of input channels only the
// `tail` that are there are multiplied, and a block of at most eight output channels can be multiplied by
// vectors of half its width.

#define CK_DEFINE_DIRECT(KIND, L, BLOCKS, PARTS, N)                                                         \
    static void KIND##_##N(const ck_taps *g, const ck_output_blocks *o, const ck_finish *f,                 \
                           const float *input, const float *weights, long channel, const float *residual,   \
                           float *output) {                                                                 \
        ck_v##L sums[BLOCKS][N][PARTS];                                                                     \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++) CK_UNROLL for (int p = 0; p < PARTS; p++) {              \
            ck_v##L bias = CK_LOAD(L, f->bias + channel + b * CK_BLOCK + p * L);                            \
            CK_UNROLL for (int t = 0; t < N; t++) sums[b][t][p] = bias;                                     \
        }                                                                                                   \
        const long tile_stride = g->tile_stride, blocks = g->blocks + (g->tail > 0);                        \
        const long other = o->weight_step;                                                                  \
        for (long block = 0; block < blocks; block++) {                                                     \
            const long inner = block < g->blocks ? g->inner : g->tail;                                      \
            for (long ky = 0; ky < g->rows; ky++)                                                           \
                for (long kx = 0; kx < g->columns; kx++, weights += g->inner * CK_BLOCK) {                  \
                    const float *in = input + block * g->block_stride + ky * g->row_stride                  \
                                      + kx * g->column_stride;                                              \
                    const float *from = weights;                                                            \
                    for (long i = 0; i < inner; i++, from += CK_BLOCK) {                                    \
                        ck_v##L w[BLOCKS][PARTS];                                                           \
                        CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                          \
                            CK_UNROLL for (int p = 0; p < PARTS; p++)                                       \
                                w[b][p] = CK_LOAD(L, from + b * other + p * L);                             \
                        CK_UNROLL for (int t = 0; t < N; t++) {                                             \
                            float x = in[t * tile_stride + i];                                              \
                            CK_UNROLL for (int b = 0; b < BLOCKS; b++)                                      \
                                CK_UNROLL for (int p = 0; p < PARTS; p++) sums[b][t][p] += w[b][p] * x;     \
                        }                                                                                   \
                    }                                                                                       \
                }                                                                                           \
        }                                                                                                   \
        CK_UNROLL for (int b = 0; b < BLOCKS; b++) {                                                        \
            const long at = b * o->output_step;                                                             \
            finish_##L(f, sums[b][0], N, PARTS, channel + b * CK_BLOCK, residual ? residual + at : 0,       \
                       output + at);                                                                        \
        }                                                                                                   \
        if (PARTS * L < CK_BLOCK)                                                                           \
            CK_UNROLL for (int i = 0; i < N * PARTS; i++)                                                   \
                CK_STORE(L, output + i / PARTS * CK_BLOCK + CK_BLOCK / 2 + i % PARTS * L, (ck_v##L){0});    \
    }

// The same for windows of three columns in one channel, two columns apart: each third column is read once for
// both of its windows. Products are summed in the same order. The rows below are asked for, as an image's
// come from memory: so many that two rows of output are made meanwhile.
#define CK_SHARED_AHEAD 4
#define CK_DEFINE_SHARED(N)                                                                                 \
    static void shared_tiles_##N(const ck_taps *g, const ck_output_blocks *o, const ck_finish *f,           \
                                 const float *input, const float *weights, long channel,                    \
                                 const float *residual, float *output) {                                    \
        (void)o;                                                                                            \
        ck_v16 sums[N], bias = CK_LOAD(16, f->bias + channel);                                              \
        CK_UNROLL for (int t = 0; t < N; t++) sums[t] = bias;                                               \
        for (long block = 0; block < g->blocks; block++)                                                    \
            for (long ky = 0; ky < g->rows; ky++, weights += 3 * CK_BLOCK) {                                \
                const float *in = input + block * g->block_stride + ky * g->row_stride;                     \
                const ck_v16 first = CK_LOAD(16, weights), second = CK_LOAD(16, weights + CK_BLOCK);        \
                const ck_v16 third = CK_LOAD(16, weights + 2 * CK_BLOCK);                                   \
                CK_UNROLL for (int i = 0; i < 2 * N; i += 64 / (int)sizeof(float))                          \
                    __builtin_prefetch(in + CK_SHARED_AHEAD * g->row_stride + i, 0, 2);                     \
                CK_UNROLL for (int t = 0; t < N; t++) {                                                     \
                    float x = in[2 * t];                                                                    \
                    if (t > 0) sums[t - 1] += third * x;                                                    \
                    sums[t] += first * x;                                                                   \
                    sums[t] += second * in[2 * t + 1];                                                      \
                }                                                                                           \
                sums[N - 1] += third * in[2 * N];                                                           \
            }                                                                                               \
        finish_16(f, sums, N, 1, channel, residual, output);                                                \
    }

typedef void (*ck_direct_tiles)(const ck_taps *, const ck_output_blocks *, const ck_finish *, const float *,
                                const float *, long, const float *, float *);

// Positions that two whole blocks, a whole and a half one of output channels have in registers, at most, and
// all numbers below; and a whole one that shares columns, whose three vectors of weights and input element
// need registers too.
#if CK_LANES == 16
#define CK_PAIR_COUNTS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#define CK_SHARED_COUNTS(X)                                                                                 \
    CK_PAIR_COUNTS(X) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26)
#define CK_WHOLE_COUNTS(X) CK_SHARED_COUNTS(X) X(27) X(28)
#define CK_HALF_COUNTS(X) CK_WHOLE_COUNTS(X)
#define CK_PAIR_MOST 14
#define CK_SHARED_MOST 26
#define CK_WHOLE_MOST 28
#define CK_HALF_MOST 28
#define CK_DEFINE_PAIR(N) CK_DEFINE_DIRECT(pair_tiles, 16, 2, 1, N)
#define CK_DEFINE_WHOLE(N) CK_DEFINE_DIRECT(whole_tiles, 16, 1, 1, N)
#define CK_DEFINE_HALF(N) CK_DEFINE_DIRECT(half_tiles, 8, 1, 1, N)
#elif CK_LANES == 8
#define CK_PAIR_COUNTS(X)
#define CK_SHARED_COUNTS(X)
#define CK_WHOLE_COUNTS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define CK_HALF_COUNTS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#define CK_PAIR_MOST 0
#define CK_SHARED_MOST 0
#define CK_WHOLE_MOST 6
#define CK_HALF_MOST 12
#define CK_DEFINE_WHOLE(N) CK_DEFINE_DIRECT(whole_tiles, 8, 1, 2, N)
#define CK_DEFINE_HALF(N) CK_DEFINE_DIRECT(half_tiles, 8, 1, 1, N)
#else
#define CK_PAIR_COUNTS(X)
#define CK_SHARED_COUNTS(X)
#define CK_WHOLE_COUNTS(X) X(1) X(2)
#define CK_HALF_COUNTS(X) X(1) X(2) X(3) X(4)
#define CK_PAIR_MOST 0
#define CK_SHARED_MOST 0
#define CK_WHOLE_MOST 2
#define CK_HALF_MOST 4
#define CK_DEFINE_WHOLE(N) CK_DEFINE_DIRECT(whole_tiles, 4, 1, 4, N)
#define CK_DEFINE_HALF(N) CK_DEFINE_DIRECT(half_tiles, 4, 1, 2, N)
#endif

CK_PAIR_COUNTS(CK_DEFINE_PAIR)
CK_SHARED_COUNTS(CK_DEFINE_SHARED)
CK_WHOLE_COUNTS(CK_DEFINE_WHOLE)
CK_HALF_COUNTS(CK_DEFINE_HALF)

#define CK_PAIR_ENTRY(N) [N] = pair_tiles_##N,
#define CK_SHARED_ENTRY(N) [N] = shared_tiles_##N,
#define CK_WHOLE_ENTRY(N) [N] = whole_tiles_##N,
#define CK_HALF_ENTRY(N) [N] = half_tiles_##N,
static const ck_direct_tiles pair_tiles[CK_PAIR_MOST + 1] = {CK_PAIR_COUNTS(CK_PAIR_ENTRY)};
static const ck_direct_tiles shared_tiles[CK_SHARED_MOST + 1] = {CK_SHARED_COUNTS(CK_SHARED_ENTRY)};
static const ck_direct_tiles whole_tiles[CK_WHOLE_MOST + 1] = {CK_WHOLE_COUNTS(CK_WHOLE_ENTRY)};
static const ck_direct_tiles half_tiles[CK_HALF_MOST + 1] = {CK_HALF_COUNTS(CK_HALF_ENTRY)};

// `count` finished positions, which lie side by side in output and residual.
static void tiles(const ck_taps *g, const ck_output_blocks *o, const ck_finish *f, const float *input,
                  const float *weights, long channel, long count, const float *residual, float *output) {
    if (o->count == 2 && CK_PAIR_MOST == 0) {
        const ck_output_blocks one = {1, 0, 0, 0};
        tiles(g, &one, f, input, weights, channel, count, residual, output);
        tiles(g, &one, f, input, weights + o->weight_step, channel + CK_BLOCK, count,
              residual ? residual + o->output_step : 0, output + o->output_step);
        return;
    }
    // Rows of three are columns of one channel: in blocks a row has 16 channels or a multiple of them.
    const int shares = CK_SHARED_MOST > 0 && g->columns == 1 && g->inner == 3 && g->tile_stride == 2 && g->tail == 0;
    const ck_direct_tiles *kernels =
        o->count == 2 ? pair_tiles : o->half ? half_tiles : shares ? shared_tiles : whole_tiles;
    const long most = o->count == 2 ? CK_PAIR_MOST : o->half ? CK_HALF_MOST : shares ? CK_SHARED_MOST : CK_WHOLE_MOST;
    while (count > 0) {
        // Groups of even size beat full ones with a small rest.
        long groups = (count + most - 1) / most, n = (count + groups - 1) / groups;
        kernels[n](g, o, f, input, weights, channel, residual, output);
        for (long b = 0; b < o->count; b++) finish_rest(f, output + b * o->output_step, n * CK_BLOCK);
        input += n * g->tile_stride;
        output += n * CK_BLOCK;
        if (residual) residual += n * CK_BLOCK;
        count -= n;
    }
}
