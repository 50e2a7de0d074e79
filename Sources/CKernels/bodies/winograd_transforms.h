// The one-dimensional transforms of Winograd's convolution with three taps (Lavin and Gray, 2015): F(4, 3)
// with the points 0, +-3/4, +-3/2 and infinity, whose rounding error is half that of 0, +-1, +-2; and F(2, 3)
// with those of them that are not +-3/2, scaled to the same weights. Where a plane's last row or column of
// tiles has one or two outputs, F(2, 3) has less to do.

// The points of F(2, 3) among those of F(4, 3).
static const int narrow_points[4] = {0, 1, 2, 5};

static inline void input_points_wide(const CK_WIDE *d, CK_WIDE *v) {
    CK_WIDE even, odd;
    v[0] = 1.265625f * d[0] - 2.8125f * d[2] + d[4];
    even = d[4] - 2.25f * d[2], odd = 0.75f * d[3] - 1.6875f * d[1];
    v[1] = even + odd, v[2] = even - odd;
    even = d[4] - 0.5625f * d[2], odd = 1.5f * d[3] - 0.84375f * d[1];
    v[3] = even + odd, v[4] = even - odd;
    v[5] = 1.265625f * d[1] - 2.8125f * d[3] + d[5];
}

static inline void input_points_narrow(const CK_WIDE *d, CK_WIDE *v) {
    CK_WIDE even = -1.6875f * d[2], odd = 1.265625f * d[1];
    v[0] = 1.265625f * d[0] - 2.25f * d[2];
    v[1] = even - odd, v[2] = even + odd;
    v[3] = d[3] - 0.5625f * d[1];
}

// What the products of a point are worth in the outputs 0 to 3: p^0 to p^3 for near points (+-3/4) and far
// ones (+-3/2), times a factor of the point: 1 where weights.h has transformed the kernels, else what
// winograd_kernels.h leaves out.
typedef struct {
    float zero, near[4], far[4];
} ck_output_factors;

#define CK_OUTPUT_FACTORS(zero, near, far)                                                                  \
    {(float)(zero), {(float)(near), (float)(0.75 * (near)), (float)(0.5625 * (near)), (float)(0.421875 * (near))}, \
     {(float)(far), (float)(1.5 * (far)), (float)(2.25 * (far)), (float)(3.375 * (far))}}
static const ck_output_factors point_factors = CK_OUTPUT_FACTORS(1, 1, 1);
// Of each point p, 1 / product of (p - q) over the other finite points q.
static const ck_output_factors tap_factors = CK_OUTPUT_FACTORS(1 / 1.265625, -1 / 1.8984375, 1 / 7.59375);

static inline void output_points_wide(const ck_output_factors *f, const CK_WIDE *m, CK_WIDE *y) {
    CK_WIDE s = m[1] + m[2], d = m[1] - m[2], t = m[3] + m[4], e = m[3] - m[4];
    y[0] = f->zero * m[0] + f->near[0] * s + f->far[0] * t;
    y[1] = f->near[1] * d + f->far[1] * e;
    y[2] = f->near[2] * s + f->far[2] * t;
    y[3] = f->near[3] * d + f->far[3] * e + m[5];
}

static inline void output_points_narrow(const ck_output_factors *f, const CK_WIDE *m, CK_WIDE *y) {
    y[0] = f->zero * m[0] + f->near[0] * m[1] + f->near[0] * m[2];
    y[1] = f->near[1] * (m[1] - m[2]) + m[3];
}

#define CK_POINTS(narrow) ((narrow) ? 4 : 6)
#define CK_OUTPUTS(narrow) ((narrow) ? 2 : 4)
#define CK_POINT(narrow, i) ((narrow) ? narrow_points[i] : (i))

static inline __attribute__((always_inline)) void input_points(int narrow, const CK_WIDE *d, CK_WIDE *v) {
    if (narrow) input_points_narrow(d, v);
    else input_points_wide(d, v);
}

static inline __attribute__((always_inline)) void output_points(int narrow, const ck_output_factors *f,
                                                                const CK_WIDE *m, CK_WIDE *y) {
    if (narrow) output_points_narrow(f, m, y);
    else output_points_wide(f, m, y);
}
