// Depthwise convolution on channel blocks: the lanes are channels, so every position is a plain sum of products
// and the border is a shorter one.

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

// N neighbouring outputs of a kernel three columns wide, from the one whose window begins at input column `left`.
#define CK_DEFINE_THREE_WIDE(STRIDE, N)                                                                     \
    static void three_wide_##STRIDE##_##N(const ck_depthwise_row *r, long left, long x) {                   \
        CK_WIDE sums[N];                                                                                    \
        CK_UNROLL for (int t = 0; t < N; t++) sums[t] = wide_load(r->f->bias + r->channel);                 \
        const float *in = r->input + left * CK_BLOCK, *w = r->weights;                                      \
        for (long ky = 0; ky < r->rows; ky++, in += r->row, w += 3 * CK_BLOCK) {                            \
            CK_WIDE a = wide_load(w), b = wide_load(w + CK_BLOCK), c = wide_load(w + 2 * CK_BLOCK);         \
            CK_UNROLL for (int t = 0; t < N; t++) sums[t] += a * wide_load(in + STRIDE * t * CK_BLOCK);     \
            CK_UNROLL for (int t = 0; t < N; t++) sums[t] += b * wide_load(in + (STRIDE * t + 1) * CK_BLOCK); \
            CK_UNROLL for (int t = 0; t < N; t++) sums[t] += c * wide_load(in + (STRIDE * t + 2) * CK_BLOCK); \
        }                                                                                                   \
        long at = x * CK_BLOCK;                                                                             \
        CK_JOIN(finish_, CK_LANES)(r->f, sums, N, 1, r->channel, r->residual ? r->residual + at : 0,        \
                                   r->output + at);                                                         \
    }
#define CK_DEPTHWISE_MOST 8
#define CK_DEPTHWISE_COUNTS(X, S) X(S, 1) X(S, 2) X(S, 3) X(S, 4) X(S, 5) X(S, 6) X(S, 7) X(S, 8)
CK_DEPTHWISE_COUNTS(CK_DEFINE_THREE_WIDE, 1)
CK_DEPTHWISE_COUNTS(CK_DEFINE_THREE_WIDE, 2)

typedef void (*ck_three_wide)(const ck_depthwise_row *, long, long);
#define CK_DEPTHWISE_ENTRY(S, N) [N] = three_wide_##S##_##N,
static const ck_three_wide three_wide[2][CK_DEPTHWISE_MOST + 1] = {
    {CK_DEPTHWISE_COUNTS(CK_DEPTHWISE_ENTRY, 1)}, {CK_DEPTHWISE_COUNTS(CK_DEPTHWISE_ENTRY, 2)}};

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
    long stride = g->stride_width, x = 0;
    if (g->kernel_width == 3 && g->dilation_width == 1 && stride <= 2) {
        // From the first window that begins inside the input to the last that ends there.
        long first = ck_min(g->output_width, (ck_max(g->pad_left, 0) + stride - 1) / stride);
        long room = g->input_width - 3 + g->pad_left;
        long last = room < 0 ? 0 : ck_min(g->output_width, room / stride + 1);
        for (; x < first; x++) depthwise_at(r, x);
        while (x < last) {
            long count = last - x, groups = (count + CK_DEPTHWISE_MOST - 1) / CK_DEPTHWISE_MOST;
            long n = (count + groups - 1) / groups;
            three_wide[stride - 1][n](r, x * stride - g->pad_left, x);
            x += n;
        }
    }
    for (; x < g->output_width; x++) depthwise_at(r, x);
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
