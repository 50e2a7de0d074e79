// Rows of whole numbers straight from the input of a convolution: the largest magnitude of a window first,
// then its numbers.

// Where a tap of a window lies: the first block's channels, and how far it is from one block's to the next
// one's.
typedef struct {
    const float *from;
    long step;
} ck_tap;

static inline ck_tap tap_of(const ck_depthwise *g, const float *image, const float *border, long row, long column) {
    static const float zeros[CK_BLOCK];
    if (row >= 0 && row < g->input_height && column >= 0 && column < g->input_width)
        return (ck_tap){image + (row * g->input_width + column) * CK_BLOCK, g->input_height * g->input_width * CK_BLOCK};
    return border ? (ck_tap){border, CK_BLOCK} : (ck_tap){zeros, 0};
}

static inline void quantise_window(const ck_depthwise *g, long blocks, const float *image, const float *border, long top,
                                   long left, ck_whole *to, long point_stride, float *scale) {
    const long taps = g->kernel_height * g->kernel_width;
    CK_MASK most[CK_PARTS];
    float inverse;
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) most[p] = (CK_MASK){0};
    for (long y = 0; y < g->kernel_height; y++)
        for (long x = 0; x < g->kernel_width; x++) {
            ck_tap tap = tap_of(g, image, border, top + y * g->dilation_height, left + x * g->dilation_width);
            for (long block = 0; block < blocks; block++, tap.from += tap.step)
                CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
                    most[p] = larger_bits(most[p], wide_load(tap.from + p * CK_LANES));
        }
    *scale = whole_scale(largest_bits(most), &inverse);
    for (long y = 0; y < g->kernel_height; y++)
        for (long x = 0; x < g->kernel_width; x++, to += point_stride) {
            ck_tap tap = tap_of(g, image, border, top + y * g->dilation_height, left + x * g->dilation_width);
            for (long block = 0; block < blocks; block++, tap.from += tap.step)
                CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)
                    store_whole(to + block * taps * point_stride + p, wide_load(tap.from + p), inverse);
        }
}

static void quantise_windows(const ck_depthwise *g, long blocks, const float *input, const float *border, long first,
                             long count, void *points, long point_stride, float *scales) {
    const long plane = g->output_height * g->output_width;
    const long image = blocks * g->input_height * g->input_width * CK_BLOCK;
    for (long t = 0; t < count; t++) {
        long position = (first + t) % plane;
        quantise_window(g, blocks, input + (first + t) / plane * image, border,
                        position / g->output_width * g->stride_height - g->pad_top,
                        position % g->output_width * g->stride_width - g->pad_left, (ck_whole *)points + t * CK_BLOCK,
                        point_stride, scales + t);
    }
}
