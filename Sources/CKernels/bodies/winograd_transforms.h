// The one-dimensional transforms of Winograd's convolution with three taps (Lavin and Gray, 2015): F(4, 3) with the points
// 0, +-3/4, +-3/2 and infinity, whose rounding error is half that of 0, +-1, +-2; and F(2, 3) with those of them that are
// not +-3/2, scaled to the same weights. Where a plane's last row or column of tiles has one or two outputs, F(2, 3) has
// less to do.

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

static inline void output_points_wide(const CK_WIDE *m, CK_WIDE *y) {
    CK_WIDE s = m[1] + m[2], d = m[1] - m[2], t = m[3] + m[4], e = m[3] - m[4];
    y[0] = m[0] + s + t;
    y[1] = 0.75f * d + 1.5f * e;
    y[2] = 0.5625f * s + 2.25f * t;
    y[3] = 0.421875f * d + 3.375f * e + m[5];
}

static inline void output_points_narrow(const CK_WIDE *m, CK_WIDE *y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = 0.75f * (m[1] - m[2]) + m[3];
}

#define CK_POINTS(narrow) ((narrow) ? 4 : 6)
#define CK_OUTPUTS(narrow) ((narrow) ? 2 : 4)
#define CK_POINT(narrow, i) ((narrow) ? narrow_points[i] : (i))

static inline __attribute__((always_inline)) void input_points(int narrow, const CK_WIDE *d, CK_WIDE *v) {
    if (narrow) input_points_narrow(d, v);
    else input_points_wide(d, v);
}

static inline __attribute__((always_inline)) void output_points(int narrow, const CK_WIDE *m, CK_WIDE *y) {
    if (narrow) output_points_narrow(m, y);
    else output_points_wide(m, y);
}
