// The sums of window_rows.h by instructions for matrices. Two groups of positions by two blocks of output
// channels are made together, which reads four matrices for four products.

static void bfloat16_points(const ck_cells *g, const float *from, long count, void *points) {
    __m512bh *to = points;
    const float *second = from + g->block_step;
    if (g->blocks == 2)
        for (long t = 0; t < count; t++)
            to[t] = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(second + t * g->stride), _mm512_loadu_ps(from + t * g->stride));
    else
        for (long t = 0; t < count; t++)
            to[t] = _mm512_cvtne2ps_pbh(_mm512_setzero_ps(), _mm512_loadu_ps(from + t * g->stride));
}

// Sums are in the registers 0 to 3, positions in 4 and 5, weights in 6 and 7: their names are constants.
#define CK_MATRIX_SUMS(NAME, DOT, GROUPS, OUTPUTS)                                                          \
    static void NAME##_##GROUPS##_##OUTPUTS(const ck_windows *g, const char *points, const char *w, long count, \
                                            float *output) {                                                \
        const char *other = points + count * g->cell;                                                       \
        const long line = 64, cell = g->cell, matrix = 16 * cell, step = g->weight_step;                    \
        _tile_zero(0);                                                                                      \
        if (OUTPUTS == 2) _tile_zero(1);                                                                    \
        if (GROUPS == 2) _tile_zero(2);                                                                     \
        if (GROUPS == 2 && OUTPUTS == 2) _tile_zero(3);                                                     \
        for (long i = 0; i < g->cells; i++, points += g->cell_stride, other += g->cell_stride)              \
            for (long tap = 0; tap < g->taps; tap++, w += matrix) {                                         \
                const long offset = g->offsets[tap];                                                        \
                _tile_loadd(6, w, line);                                                                    \
                _tile_loadd(4, points + offset, cell);                                                      \
                DOT(0, 4, 6);                                                                               \
                if (OUTPUTS == 2) {                                                                         \
                    _tile_loadd(7, w + step, line);                                                         \
                    DOT(1, 4, 7);                                                                           \
                }                                                                                           \
                if (GROUPS == 2) {                                                                          \
                    _tile_loadd(5, other + offset, cell);                                                   \
                    DOT(2, 5, 6);                                                                           \
                }                                                                                           \
                if (GROUPS == 2 && OUTPUTS == 2) DOT(3, 5, 7);                                              \
            }                                                                                               \
        _tile_stored(0, output, line);                                                                      \
        if (OUTPUTS == 2) _tile_stored(1, output + CK_WINDOW_SUMS, line);                                   \
        if (GROUPS == 2) _tile_stored(2, output + count * CK_BLOCK, line);                                  \
        if (GROUPS == 2 && OUTPUTS == 2)                                                                    \
            _tile_stored(3, output + CK_WINDOW_SUMS + count * CK_BLOCK, line);                              \
    }

#define CK_EACH_MATRIX_SUMS(NAME, DOT)                                                                      \
    CK_MATRIX_SUMS(NAME, DOT, 1, 1)                                                                         \
    CK_MATRIX_SUMS(NAME, DOT, 1, 2)                                                                         \
    CK_MATRIX_SUMS(NAME, DOT, 2, 1)                                                                         \
    CK_MATRIX_SUMS(NAME, DOT, 2, 2)                                                                         \
    static inline void NAME(const ck_windows *g, const char *points, const char *weights, long groups, long count, \
                            float *output) {                                                                \
        if (g->outputs == 2)                                                                                \
            (groups == 2 ? NAME##_2_2 : NAME##_1_2)(g, points, weights, count, output);                     \
        else                                                                                                \
            (groups == 2 ? NAME##_2_1 : NAME##_1_1)(g, points, weights, count, output);                     \
    }
CK_EACH_MATRIX_SUMS(bfloat16_matrices, _tile_dpbf16ps)
CK_EACH_MATRIX_SUMS(byte_matrices, _tile_dpbusd)

static void bfloat16_window_sums(const ck_windows *g, const char *points, const char *weights, long groups, long count,
                                 long left, float *output) {
    (void)left;
    bfloat16_matrices(g, points, weights, groups, count, output);
}

// Matrices of whole numbers leave whole numbers, which become floats in their place.
static void byte_window_sums(const ck_windows *g, const char *points, const char *weights, long groups, long count,
                             long left, float *output) {
    (void)left;
    byte_matrices(g, points, weights + sizeof(ck_weight_header), groups, count, output);
    for (long b = 0; b < g->outputs; b++) {
        const ck_weight_header *header = (const ck_weight_header *)(weights + b * g->weight_step);
        const __m512i start = _mm512_loadu_si512(header->start);
        const __m512 scale = _mm512_loadu_ps(header->scale);
        float *sums = output + b * CK_WINDOW_SUMS;
        for (long t = 0; t < groups * count; t++, sums += CK_BLOCK)
            _mm512_store_ps(sums, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_load_si512(sums), start)), scale));
    }
}

// What _tile_loadconfig reads: the rows of each register and their bytes.
typedef struct {
    unsigned char palette, start_row, reserved[14];
    unsigned short row_bytes[16];
    unsigned char rows[16];
} ck_matrix_shapes;

static inline __attribute__((always_inline)) void matrix_rows(window_sums sums_of, const ck_windows *g, const ck_finish *f,
                                                              const void *points, const void *weights, long channel,
                                                              const float *residual, float *output) {
    ck_matrix_shapes shapes = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        shapes.row_bytes[i] = i == 4 || i == 5 ? (unsigned short)g->cell : 64;
        shapes.rows[i] = (unsigned char)(i < 6 ? window_group(g, CK_WINDOW_GROUP) : g->cell / 4);
    }
    _tile_loadconfig(&shapes);
    window_rows(sums_of, CK_WINDOW_GROUP, 2, g, f, points, weights, channel, residual, output);
    // Threads that hold no matrices are cheaper to switch.
    _tile_release();
}

static void bfloat16_rows(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                          const float *residual, float *output) {
    matrix_rows(bfloat16_window_sums, g, f, points, weights, channel, residual, output);
}

static void byte_rows(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                      const float *residual, float *output) {
    matrix_rows(byte_window_sums, g, f, points, weights, channel, residual, output);
}
