// Weights as `products` reads them, rows of sixteen output channels; narrow ones are rounded to the nearest,
// ties to even.

static inline void store_half(unsigned short *p, CK_WIDE x) {
#if defined(__x86_64__) && CK_LANES == 16
    _mm256_storeu_si256((__m256i *)p, _mm512_cvtps_ph((__m512)x, _MM_FROUND_TO_NEAREST_INT));
#elif defined(__x86_64__) && CK_LANES == 8
    _mm_storeu_si128((__m128i *)p, _mm256_cvtps_ph((__m256)x, _MM_FROUND_TO_NEAREST_INT));
#else
    CK_MASK bits = (CK_MASK)x, sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
    CK_MASK normal = (magnitude - 0x38000000 + 0xFFF + (magnitude >> 13 & 1)) >> 13;
    // The last bits of x + 1/2 are units of 2^-24, rounded.
    CK_MASK subnormal = (CK_MASK)((CK_WIDE)magnitude + 0.5f) & 0x7FFF;
    CK_MASK small = magnitude < 0x38800000;
    *(CK_HALVES *)p = __builtin_convertvector(sign | (small & subnormal) | (~small & normal), CK_HALVES);
#endif
}

// Row `row` of `packed`.
static inline void store_weights(ck_precision precision, void *packed, long row, const float *values) {
    unsigned short *narrow = packed;
    switch (precision) {
    case CK_FLOAT32:
        for (int p = 0; p < CK_BLOCK; p += CK_LANES)
            wide_store((float *)packed + row * CK_BLOCK + p, wide_load(values + p));
        break;
    case CK_FLOAT16:
        for (int p = 0; p < CK_BLOCK; p += CK_LANES)
            store_half(narrow + row * CK_BLOCK + p, wide_load(values + p));
        break;
    case CK_BFLOAT16:
        for (int p = 0; p < CK_BLOCK; p += CK_LANES) {
            CK_MASK rounded = (CK_MASK)rounded_bfloat16(wide_load(values + p));
            for (int n = 0; n < CK_LANES; n++)
                narrow[(row / 2 * CK_BLOCK + p + n) * 2 + row % 2] = (unsigned short)((unsigned)rounded[n] >> 16);
        }
        break;
    case CK_INT8:
        // Packed as float32 first: the scale of a sum's weights takes them all.
        break;
    }
}

static inline void note_largest(const float *values, float *largest) {
    for (int n = 0; n < CK_BLOCK; n++) {
        float magnitude = __builtin_fabsf(values[n]);
        largest[n] = magnitude > largest[n] ? magnitude : largest[n];
    }
}

static void pack_rows(const float *rows, long count, ck_precision precision, void *packed, float *largest) {
    float most[CK_BLOCK] = {0};
    for (long row = 0; row < count; row++) {
        store_weights(precision, packed, row, rows + row * CK_BLOCK);
        note_largest(rows + row * CK_BLOCK, most);
    }
    for (int n = 0; n < CK_BLOCK; n++) largest[n] = most[n];
}

// Rows (1, p, p^2) / product of (p - q) over the other finite points q, and the point at infinity;
// winograd_transforms.h has the matching transforms of input and output.
static void winograd_matrix(double matrix[6][3]) {
    static const double points[5] = {0, 0.75, -0.75, 1.5, -1.5};
    for (int i = 0; i < 5; i++) {
        double p = points[i], scale = 1;
        for (int j = 0; j < 5; j++)
            if (j != i) scale *= p - points[j];
        matrix[i][0] = 1 / scale, matrix[i][1] = p / scale, matrix[i][2] = p * p / scale;
    }
    matrix[5][0] = matrix[5][1] = 0, matrix[5][2] = 1;
}

// The kernels of one input channel and sixteen output channels, transformed in double.
static inline void transform_kernels(const double matrix[6][3], const double kernels[9][CK_BLOCK],
                                     float points[36][CK_BLOCK]) {
    double half[6][3][CK_BLOCK];
    for (int r = 0; r < 6; r++)
        for (int x = 0; x < 3; x++)
            for (int n = 0; n < CK_BLOCK; n++)
                half[r][x][n] = matrix[r][0] * kernels[x][n] + matrix[r][1] * kernels[3 + x][n]
                                + matrix[r][2] * kernels[6 + x][n];
    for (int r = 0; r < 6; r++)
        for (int c = 0; c < 6; c++)
            for (int n = 0; n < CK_BLOCK; n++)
                points[6 * r + c][n] = (float)(matrix[c][0] * half[r][0][n] + matrix[c][1] * half[r][1][n]
                                               + matrix[c][2] * half[r][2][n]);
}

static void winograd_weights(const float *weights, long inputs, long outputs, long block, ck_precision precision,
                             void *packed, float *largest) {
    double matrix[6][3];
    winograd_matrix(matrix);
    long rows = (inputs + CK_BLOCK - 1) / CK_BLOCK * CK_BLOCK, count = ck_min(CK_BLOCK, outputs - block * CK_BLOCK);
    float most[CK_BLOCK] = {0};
    for (long input = 0; input < rows; input++) {
        double kernels[9][CK_BLOCK] = {{0}};
        for (long n = 0; n < count && input < inputs; n++) {
            const float *kernel = weights + ((block * CK_BLOCK + n) * inputs + input) * 9;
            for (int tap = 0; tap < 9; tap++) kernels[tap][n] = kernel[tap];
        }
        float points[36][CK_BLOCK];
        transform_kernels((const double(*)[3])matrix, (const double(*)[CK_BLOCK])kernels, points);
        for (int point = 0; point < 36; point++) {
            store_weights(precision, packed, point * rows + input, points[point]);
            note_largest(points[point], most);
        }
    }
    for (int n = 0; n < CK_BLOCK; n++) largest[n] = most[n];
}
