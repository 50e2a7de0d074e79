// Depthwise convolution of one plane, band by band. Vectors run along the output row; the last one of a row
// overlaps the one before it, so a row needs no tail, only to be at least one vector wide.
#include "../depthwise_band.h"

// 3x3, stride 1: two output rows at a time share the two input rows between them.
#define CK_DEFINE_3X3_S1(L)                                                                                 \
    static void rows_3x3_s1_##L(const ck_depthwise *g, const float *band, long width, const float *w,       \
                                float *out, long rows) {                                                    \
        long n = g->output_width;                                                                           \
        for (long y = 0; y < rows; y += 2) {                                                                \
            int two = y + 1 < rows;                                                                         \
            const float *r = band + y * width, *s = two ? r + 3 * width : r;                                \
            float *o = out + y * n;                                                                         \
            for (long x = 0;; x = ck_min(x + L, n - L)) {                                                   \
                ck_v##L p = {0}, q = {0};                                                                   \
                for (int k = 0; k < 3; k++) {                                                               \
                    ck_v##L i0 = CK_LOAD(L, r + x + k), i1 = CK_LOAD(L, r + width + x + k);                 \
                    ck_v##L i2 = CK_LOAD(L, r + 2 * width + x + k), i3 = CK_LOAD(L, s + x + k);             \
                    p += i0 * w[k];                                                                         \
                    p += i1 * w[3 + k];                                                                     \
                    p += i2 * w[6 + k];                                                                     \
                    q += i1 * w[k];                                                                         \
                    q += i2 * w[3 + k];                                                                     \
                    q += i3 * w[6 + k];                                                                     \
                }                                                                                           \
                CK_STORE(L, o + x, p);                                                                      \
                if (two) CK_STORE(L, o + n + x, q);                                                         \
                if (x == n - L) break;                                                                      \
            }                                                                                               \
        }                                                                                                   \
    }

// 3x3, stride 2: two loads give the even and the odd columns, a third pair the even ones one further.
#define CK_DEFINE_3X3_S2(L)                                                                                 \
    static void rows_3x3_s2_##L(const ck_depthwise *g, const float *band, long width, const float *w,       \
                                float *out, long rows) {                                                    \
        long n = g->output_width;                                                                           \
        for (long y = 0; y < rows; y++) {                                                                   \
            for (long x = 0;; x = ck_min(x + L, n - L)) {                                                   \
                ck_v##L p = {0};                                                                            \
                const float *r = band + 2 * y * width + 2 * x;                                              \
                for (int k = 0; k < 3; k++, r += width) {                                                   \
                    ck_v##L a = CK_LOAD(L, r), b = CK_LOAD(L, r + L);                                       \
                    ck_v##L c = CK_LOAD(L, r + 2), d = CK_LOAD(L, r + 2 + L);                               \
                    p += CK_EVEN##L(a, b) * w[3 * k];                                                       \
                    p += CK_ODD##L(a, b) * w[3 * k + 1];                                                    \
                    p += CK_EVEN##L(c, d) * w[3 * k + 2];                                                   \
                }                                                                                           \
                CK_STORE(L, out + y * n + x, p);                                                            \
                if (x == n - L) break;                                                                      \
            }                                                                                               \
        }                                                                                                   \
    }

// Any kernel, any vertical stride, horizontal stride 1.
#define CK_DEFINE_ANY_S1(L)                                                                                 \
    static void rows_any_s1_##L(const ck_depthwise *g, const float *band, long width, const float *w,       \
                                float *out, long rows) {                                                    \
        long n = g->output_width;                                                                           \
        for (long y = 0; y < rows; y++) {                                                                   \
            for (long x = 0;; x = ck_min(x + L, n - L)) {                                                   \
                ck_v##L p = {0};                                                                            \
                for (long ky = 0; ky < g->kernel_height; ky++) {                                            \
                    const float *r = band + (y * g->stride_height + ky * g->dilation_height) * width + x;   \
                    for (long kx = 0; kx < g->kernel_width; kx++)                                           \
                        p += CK_LOAD(L, r + kx * g->dilation_width) * w[ky * g->kernel_width + kx];         \
                }                                                                                           \
                CK_STORE(L, out + y * n + x, p);                                                            \
                if (x == n - L) break;                                                                      \
            }                                                                                               \
        }                                                                                                   \
    }

// All that the vectors do not serve.
static void rows_any(const ck_depthwise *g, const float *band, long width, const float *w, float *out,
                     long rows) {
    for (long y = 0; y < rows; y++)
        for (long x = 0; x < g->output_width; x++) {
            float sum = 0;
            for (long ky = 0; ky < g->kernel_height; ky++) {
                const float *r = band + (y * g->stride_height + ky * g->dilation_height) * width;
                for (long kx = 0; kx < g->kernel_width; kx++)
                    sum += r[x * g->stride_width + kx * g->dilation_width] * w[ky * g->kernel_width + kx];
            }
            out[y * g->output_width + x] = sum;
        }
}

// The kernel is as large as the plane: one product of two vectors.
static float whole_plane(const float *input, const float *weights, long count) {
    enum { lanes = CK_LANES };
    float sums[lanes] = {0}, sum = 0;
    long i = 0;
    for (; i + lanes <= count; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += input[i + l] * weights[i + l];
    for (; i < count; i++) sum += input[i] * weights[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

#define CK_DEFINE_ROWS(L) CK_DEFINE_3X3_S1(L) CK_DEFINE_3X3_S2(L) CK_DEFINE_ANY_S1(L)

CK_DEFINE_ROWS(4)
#if CK_LANES >= 8
CK_DEFINE_ROWS(8)
#endif
#if CK_LANES >= 16
CK_DEFINE_ROWS(16)
#endif

typedef void (*ck_rows)(const ck_depthwise *, const float *, long, const float *, float *, long);

static ck_rows choose(const ck_depthwise *g, ck_rows s1, ck_rows s2, ck_rows any_s1) {
    int three = g->kernel_height == 3 && g->kernel_width == 3 && g->dilation_height == 1
                && g->dilation_width == 1;
    if (three && g->stride_height == 1 && g->stride_width == 1) return s1;
    if (three && g->stride_height == 2 && g->stride_width == 2) return s2;
    return g->stride_width == 1 ? any_s1 : rows_any;
}

static ck_rows choose_rows(const ck_depthwise *g) {
#if CK_LANES >= 16
    if (g->output_width >= 16) return choose(g, rows_3x3_s1_16, rows_3x3_s2_16, rows_any_s1_16);
#endif
#if CK_LANES >= 8
    if (g->output_width >= 8) return choose(g, rows_3x3_s1_8, rows_3x3_s2_8, rows_any_s1_8);
#endif
    if (g->output_width >= 4) return choose(g, rows_3x3_s1_4, rows_3x3_s2_4, rows_any_s1_4);
    return rows_any;
}

static void depthwise(const ck_depthwise *g, const float *input, const float *weights, float *output,
                      float *scratch) {
    if (g->output_height == 1 && g->output_width == 1 && g->pad_top == 0 && g->pad_left == 0
        && g->dilation_height == 1 && g->dilation_width == 1 && g->kernel_height == g->input_height
        && g->kernel_width == g->input_width) {
        *output = whole_plane(input, weights, g->input_height * g->input_width);
        return;
    }
    ck_rows rows = choose_rows(g);
    long width = ck_band_width(g);
    for (long first = 0; first < g->output_height; first += CK_BAND_ROWS) {
        long count = ck_min(CK_BAND_ROWS, g->output_height - first);
        ck_fill_band(g, input, first, count, scratch);
        rows(g, scratch, width, weights, output + first * g->output_width, count);
    }
}
