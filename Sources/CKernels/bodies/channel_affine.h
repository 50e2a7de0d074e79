// Each channel of a block times a number of its own, plus another: a gate, a normalisation.

#define CK_AFFINE(expression)                                                                               \
    for (long i = 0; i < count * CK_BLOCK; i += CK_BLOCK)                                                   \
        CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {                                                      \
            CK_WIDE x = wide_load(input + i + p * CK_LANES);                                                \
            wide_store(output + i + p * CK_LANES, expression);                                              \
        }

// `count` positions of one block; scale and shift may be NULL. The output may be the input.
static void channel_affine(const float *input, const float *scale, const float *shift, long count, float *output) {
    CK_WIDE a[CK_PARTS], b[CK_PARTS];
    CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {
        a[p] = scale ? wide_load(scale + p * CK_LANES) : (CK_WIDE){0} + 1;
        b[p] = shift ? wide_load(shift + p * CK_LANES) : (CK_WIDE){0};
    }
    if (!shift) {
        CK_AFFINE(x * a[p])
    } else if (!scale) {
        CK_AFFINE(x + b[p])
    } else {
        CK_AFFINE(x * a[p] + b[p])
    }
}
