// Groups of sixteen floats, `stride` floats apart, as the points of neighbouring tiles.

#define CK_GATHER(NAME, FORM)                                                                               \
    static void NAME(const float *from, long stride, long count, void *points) {                            \
        for (long t = 0; t < count; t++)                                                                    \
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES)                                          \
                store_points(FORM, points, t * CK_BLOCK + p, wide_load(from + t * stride + p));             \
    }
