// What ends a convolution over channel blocks, on sums that are still in registers: bias, residual,
// activation. NaN stays NaN, but on a grid.

#define CK_SELECT(L, mask, a, b) ((ck_v##L)(((mask) & (ck_i##L)(a)) | (~(mask) & (ck_i##L)(b))))

// `n` positions of `parts` vectors of L channels; they lie CK_BLOCK floats apart in output and residual. The
// counts are constants where this is inlined, which keeps the sums in registers.
#define CK_DEFINE_FINISH(L)                                                                                 \
    static inline __attribute__((always_inline)) void finish_##L(                                           \
        const ck_finish *f, ck_v##L *sums, int n, int parts, long channel, const float *residual,           \
        float *output) {                                                                                    \
        if (residual)                                                                                       \
            CK_UNROLL for (int i = 0; i < n * parts; i++)                                                   \
                sums[i] += CK_LOAD(L, residual + i / parts * CK_BLOCK + i % parts * L);                     \
        if (f->slope)                                                                                       \
            CK_UNROLL for (int i = 0; i < n * parts; i++) {                                                 \
                ck_v##L bent = sums[i] * CK_LOAD(L, f->slope + channel + i % parts * L);                    \
                sums[i] = CK_SELECT(L, sums[i] < 0, bent, sums[i]);                                         \
            }                                                                                               \
        /* Where the bound is what NaN becomes, one maximum is both. */                                     \
        const int settles = f->grid.step != 0 && f->clips && f->grid.none == f->low;                        \
        if (f->clips) {                                                                                     \
            ck_v##L low = (ck_v##L){0} + f->low;                                                            \
            if (settles)                                                                                    \
                CK_UNROLL for (int i = 0; i < n * parts; i++)                                               \
                    sums[i] = CK_SELECT(L, sums[i] > low, sums[i], low);                                    \
            else                                                                                            \
                CK_UNROLL for (int i = 0; i < n * parts; i++)                                               \
                    sums[i] = CK_SELECT(L, sums[i] < low, low, sums[i]);                                    \
            /* A maximum costs as much as a product: a ReLU does without. */                                \
            if (f->high < __builtin_inff()) {                                                               \
                ck_v##L high = (ck_v##L){0} + f->high;                                                      \
                CK_UNROLL for (int i = 0; i < n * parts; i++)                                               \
                    sums[i] = CK_SELECT(L, sums[i] > high, high, sums[i]);                                  \
            }                                                                                               \
        }                                                                                                   \
        if (f->grid.step != 0) {                                                                            \
            const float step = f->grid.step, inverse = f->grid.inverse;                                     \
            CK_UNROLL for (int i = 0; i < n * parts; i++)                                                   \
                sums[i] = CK_ON_GRID(ck_v##L, sums[i], step, inverse);                                      \
            if (!settles) {                                                                                 \
                ck_v##L none = (ck_v##L){0} + f->grid.none;                                                 \
                CK_UNROLL for (int i = 0; i < n * parts; i++)                                               \
                    sums[i] = CK_SELECT(L, sums[i] > none, sums[i], none);                                  \
            }                                                                                               \
        }                                                                                                   \
        CK_UNROLL for (int i = 0; i < n * parts; i++)                                                       \
            CK_STORE(L, output + i / parts * CK_BLOCK + i % parts * L, sums[i]);                            \
    }

CK_DEFINE_FINISH(4)
CK_DEFINE_FINISH(8)
CK_DEFINE_FINISH(16)
