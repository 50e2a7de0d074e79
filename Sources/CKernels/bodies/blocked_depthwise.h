// Depthwise convolution on channel blocks: the lanes are channels, so every position is a plain sum of
// products and the border is a shorter one.

// The steps k of `count` for which start + k * step lies within 0..<limit, as a range.
static inline void steps_inside(long start, long step, long count, long limit, long *first, long *last) {
    *first = start < 0 ? ck_min(count, (-start + step - 1) / step) : 0;
    *last = start >= limit ? 0 : ck_min(count, (limit - 1 - start) / step + 1);
    if (*last < *first) *last = *first;
}

// One row of outputs of one vector of channels, as the loops below see it.
typedef struct {
    const ck_depthwise *g;
    const ck_finish *f;
    const float *input, *weights, *residual;
    float *output;
    // Kernel rows inside the input; floats between two of the input's rows that they read.
    long rows, row, channel;
} ck_depthwise_row;

// N neighbouring outputs of a kernel of K columns that lie side by side, from the one whose window begins at
// input column `left`: each column is read once for all windows that it is in. Where windows reach over an
// edge (`edges`), columns outside are left out, so that a sum is of the same products in the same order
// whoever makes it.
#define CK_DEFINE_COLUMNS(K, S, N)                                                                          \
    static inline __attribute__((always_inline)) void columns_of_##K##_##S##_##N(                           \
        const ck_depthwise_row *r, long left, long x, int edges) {                                          \
        CK_WIDE sums[N];                                                                                    \
        CK_UNROLL for (int t = 0; t < N; t++) sums[t] = wide_load(r->f->bias + r->channel);                 \
        const float *in = r->input + left * CK_BLOCK, *w = r->weights;                                      \
        for (long ky = 0; ky < r->rows; ky++, in += r->row, w += K * CK_BLOCK) {                            \
            CK_WIDE row[K];                                                                                 \
            CK_UNROLL for (int k = 0; k < K; k++) row[k] = wide_load(w + k * CK_BLOCK);                     \
            CK_UNROLL for (int c = 0; c < S * (N - 1) + K; c++) {                                           \
                if (edges && (left + c < 0 || left + c >= r->g->input_width)) continue;                     \
                const CK_WIDE column = wide_load(in + c * CK_BLOCK);                                        \
                CK_UNROLL for (int k = 0; k < K; k++)                                                       \
                    if (c >= k && (c - k) % S == 0 && (c - k) / S < N) sums[(c - k) / S] += row[k] * column; \
            }                                                                                               \
        }                                                                                                   \
        long at = x * CK_BLOCK;                                                                             \
        CK_JOIN(finish_, CK_LANES)(r->f, sums, N, 1, r->channel, r->residual ? r->residual + at : 0,        \
                                   r->output + at);                                                         \
    }                                                                                                       \
    static void inside_##K##_##S##_##N(const ck_depthwise_row *r, long left, long x) {                      \
        columns_of_##K##_##S##_##N(r, left, x, 0);                                                          \
    }                                                                                                       \
    static void edge_##K##_##S##_##N(const ck_depthwise_row *r, long left, long x) {                        \
        columns_of_##K##_##S##_##N(r, left, x, 1);                                                          \
    }
#define CK_DEPTHWISE_MOST 8
#define CK_DEPTHWISE_COUNTS(X, K, S) X(K, S, 1) X(K, S, 2) X(K, S, 3) X(K, S, 4) X(K, S, 5) X(K, S, 6) X(K, S, 7) X(K, S, 8)
#define CK_DEPTHWISE_STRIDES(X, K) X(K, 1) X(K, 2)
#define CK_DEFINE_STRIDE(K, S) CK_DEPTHWISE_COUNTS(CK_DEFINE_COLUMNS, K, S)
CK_DEPTHWISE_STRIDES(CK_DEFINE_STRIDE, 1)
CK_DEPTHWISE_STRIDES(CK_DEFINE_STRIDE, 3)
CK_DEPTHWISE_STRIDES(CK_DEFINE_STRIDE, 5)
CK_DEPTHWISE_STRIDES(CK_DEFINE_STRIDE, 7)

typedef void (*ck_depthwise_columns)(const ck_depthwise_row *, long, long);
#define CK_INSIDE_ENTRY(K, S, N) [N] = inside_##K##_##S##_##N,
#define CK_EDGE_ENTRY(K, S, N) [N] = edge_##K##_##S##_##N,
#define CK_STRIDE_ENTRIES(K, S)                                                                             \
    {{CK_DEPTHWISE_COUNTS(CK_INSIDE_ENTRY, K, S)}, {CK_DEPTHWISE_COUNTS(CK_EDGE_ENTRY, K, S)}},
// By columns / 2, stride - 1, whether a window reaches over an edge, and outputs.
static const ck_depthwise_columns depthwise_columns[4][2][2][CK_DEPTHWISE_MOST + 1] = {
    {CK_DEPTHWISE_STRIDES(CK_STRIDE_ENTRIES, 1)},
    {CK_DEPTHWISE_STRIDES(CK_STRIDE_ENTRIES, 3)},
    {CK_DEPTHWISE_STRIDES(CK_STRIDE_ENTRIES, 5)},
    {CK_DEPTHWISE_STRIDES(CK_STRIDE_ENTRIES, 7)}};

// One output of any kernel: the columns of it that lie inside the input.
static void depthwise_at(const ck_depthwise_row *r, long x) {
    const ck_depthwise *g = r->g;
    long left = x * g->stride_width - g->pad_left, first, last, at = x * CK_BLOCK;
    steps_inside(left, g->dilation_width, g->kernel_width, g->input_width, &first, &last);
    CK_WIDE sum = wide_load(r->f->bias + r->channel);
    for (long ky = 0; ky < r->rows; ky++)
        for (long kx = first; kx < last; kx++)
            sum += wide_load(r->weights + (ky * g->kernel_width + kx) * CK_BLOCK)
                   * wide_load(r->input + ky * r->row + (left + kx * g->dilation_width) * CK_BLOCK);
    CK_JOIN(finish_, CK_LANES)(r->f, &sum, 1, 1, r->channel, r->residual ? r->residual + at : 0, r->output + at);
}

static void depthwise_row(const ck_depthwise_row *r) {
    const ck_depthwise *g = r->g;
    const long columns = g->kernel_width, stride = g->stride_width;
    if (columns > 7 || columns % 2 == 0 || stride > 2 || g->dilation_width != 1) {
        for (long x = 0; x < g->output_width; x++) depthwise_at(r, x);
        return;
    }
    for (long x = 0; x < g->output_width;) {
        // Groups of even size beat full ones with a small rest.
        long count = g->output_width - x, groups = (count + CK_DEPTHWISE_MOST - 1) / CK_DEPTHWISE_MOST;
        long n = (count + groups - 1) / groups, left = x * stride - g->pad_left;
        int edges = left < 0 || left + stride * (n - 1) + columns > g->input_width;
        depthwise_columns[columns / 2][stride - 1][edges][n](r, left, x);
        x += n;
    }
}

// Output rows first..<first + count of one block. input: the block's plane; residual and
// output: those rows; weights [ky][kx][16].
static void blocked_depthwise_rows(const ck_depthwise *g, const ck_finish *f, const float *input, const float *weights,
                                   long channel, long first, long count, const float *residual, float *output) {
    long size = g->output_width * CK_BLOCK;
    for (long y = first; y < first + count; y++, output += size) {
        long top = y * g->stride_height - g->pad_top, ky0, ky1;
        steps_inside(top, g->dilation_height, g->kernel_height, g->input_height, &ky0, &ky1);
        for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            ck_depthwise_row row = {
                .g = g, .f = f, .channel = channel + p, .rows = ky1 - ky0,
                .row = g->input_width * g->dilation_height * CK_BLOCK,
                .input = input + (top + ky0 * g->dilation_height) * g->input_width * CK_BLOCK + p,
                .weights = weights + ky0 * g->kernel_width * CK_BLOCK + p,
                .residual = residual ? residual + (y - first) * size + p : 0, .output = output + p};
            depthwise_row(&row);
        }
        finish_rest(f, output, size);
    }
}
