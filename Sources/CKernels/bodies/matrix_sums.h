// The sums of window_rows.h by instructions for matrices. Two groups of positions by two blocks of output channels are made
// together, which reads four matrices for four products.

static void window_points(const float *first, const float *second, long stride, long count, void *points) {
    __m512bh *to = points;
    if (second)
        for (long t = 0; t < count; t++)
            to[t] = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(second + t * stride), _mm512_loadu_ps(first + t * stride));
    else
        for (long t = 0; t < count; t++)
            to[t] = _mm512_cvtne2ps_pbh(_mm512_setzero_ps(), _mm512_loadu_ps(first + t * stride));
}

// Sums are in the registers 0 to 3, positions in 4 and 5, weights in 6 and 7: their names are constants.
#define CK_MATRIX_SUMS(GROUPS, OUTPUTS)                                                                     \
    static void matrix_sums_##GROUPS##_##OUTPUTS(const ck_windows *g, const unsigned short *points,         \
                                                 const char *w, long count, float *output) {                \
        const unsigned short *other = points + count * 2 * CK_BLOCK;                                        \
        const long line = 64, matrix = 1024, step = g->weight_step;                                         \
        _tile_zero(0);                                                                                      \
        if (OUTPUTS == 2) _tile_zero(1);                                                                    \
        if (GROUPS == 2) _tile_zero(2);                                                                     \
        if (GROUPS == 2 && OUTPUTS == 2) _tile_zero(3);                                                     \
        for (long pair = 0; pair < g->pairs; pair++, points += g->pair_stride, other += g->pair_stride)     \
            for (long tap = 0; tap < g->taps; tap++, w += matrix) {                                         \
                const long offset = g->offsets[tap];                                                        \
                _tile_loadd(6, w, line);                                                                    \
                _tile_loadd(4, points + offset, line);                                                      \
                _tile_dpbf16ps(0, 4, 6);                                                                    \
                if (OUTPUTS == 2) {                                                                         \
                    _tile_loadd(7, w + step, line);                                                         \
                    _tile_dpbf16ps(1, 4, 7);                                                                \
                }                                                                                           \
                if (GROUPS == 2) {                                                                          \
                    _tile_loadd(5, other + offset, line);                                                   \
                    _tile_dpbf16ps(2, 5, 6);                                                                \
                }                                                                                           \
                if (GROUPS == 2 && OUTPUTS == 2) _tile_dpbf16ps(3, 5, 7);                                   \
            }                                                                                               \
        _tile_stored(0, output, line);                                                                      \
        if (OUTPUTS == 2) _tile_stored(1, output + CK_WINDOW_SUMS, line);                                   \
        if (GROUPS == 2) _tile_stored(2, output + count * CK_BLOCK, line);                                  \
        if (GROUPS == 2 && OUTPUTS == 2)                                                                    \
            _tile_stored(3, output + CK_WINDOW_SUMS + count * CK_BLOCK, line);                              \
    }
CK_MATRIX_SUMS(1, 1)
CK_MATRIX_SUMS(1, 2)
CK_MATRIX_SUMS(2, 1)
CK_MATRIX_SUMS(2, 2)

static void window_sums(const ck_windows *g, const unsigned short *points, const void *weights, long groups, long count,
                        float *output) {
    if (g->outputs == 2)
        (groups == 2 ? matrix_sums_2_2 : matrix_sums_1_2)(g, points, weights, count, output);
    else
        (groups == 2 ? matrix_sums_2_1 : matrix_sums_1_1)(g, points, weights, count, output);
}

// What _tile_loadconfig reads: the rows of each register and their bytes.
typedef struct {
    unsigned char palette, start_row, reserved[14];
    unsigned short row_bytes[16];
    unsigned char rows[16];
} ck_matrix_shapes;

static void matrix_rows(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                        const float *residual, float *output) {
    ck_matrix_shapes shapes = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        shapes.row_bytes[i] = 64;
        shapes.rows[i] = i < 6 ? (unsigned char)window_group(g) : CK_BLOCK;
    }
    _tile_loadconfig(&shapes);
    window_rows(g, f, points, weights, channel, residual, output);
    // Threads that hold no matrices are cheaper to switch.
    _tile_release();
}
