// RGB of a row of planes, with libjpeg's own arithmetic: the "fancy" (triangle) upsampling of jdsample.c and the
// colour conversion of jdcolor.c, bit for bit.

enum { planes_block = 512 };  // even

static inline uint8_t planes_clamp(int32_t value) {
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

// Two rows of a colour plane as one: the nearer counts thrice. Without a second row the first alone.
static inline void planes_sums(
    const uint8_t *restrict nearest, const uint8_t *restrict next, uint32_t count, uint16_t *restrict sums) {
    if (next)
        for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(3 * nearest[i] + next[i]);
    else
        for (size_t i = 0; i < count; i++) sums[i] = nearest[i];
}

// Twice as many columns: of two neighbours the nearer counts thrice. sums[-1] and sums[count] are read.
static inline void planes_widen(
    const uint16_t *restrict sums, uint32_t count, int shift, uint16_t left, uint16_t right,
    uint8_t *restrict out) {
    const uint16_t *before = sums - 1, *behind = sums + 1;
    for (size_t i = 0; i < count; i++) {
        uint16_t own = (uint16_t)(3 * sums[i]);
        out[2 * i] = (uint8_t)((uint16_t)(own + before[i] + left) >> shift);
        out[2 * i + 1] = (uint8_t)((uint16_t)(own + behind[i] + right) >> shift);
    }
}

static inline void planes_narrow(
    const uint16_t *restrict sums, uint32_t count, int shift, uint16_t bias, uint8_t *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)((uint16_t)(sums[i] + bias) >> shift);
}

// A colour plane at the picture's resolution: columns x..<x + count of row y, x even.
static inline void planes_upsample(
    const CImagePlanes *planes, const uint8_t *plane, uint32_t x, uint32_t y, uint32_t count, uint8_t *out) {
    int tall = planes->halves_rows, wide = planes->halves_columns;
    uint32_t near = tall ? y / 2 : y, far = near;
    if (y % 2 == 1 && near + 1 < planes->chroma_height) far = near + 1;
    if (y % 2 == 0 && near > 0) far = near - 1;
    // One sum beyond each end: the neighbour there is, or the last one again.
    uint32_t first = wide ? x / 2 : x, columns = wide ? (count + 1) / 2 : count;
    uint32_t before = first > 0, behind = first + columns < planes->chroma_width;
    uint16_t room[planes_block + 2], *sums = room + 1;
    const uint8_t *nearest = plane + near * planes->chroma_stride + first;
    const uint8_t *next = plane + far * planes->chroma_stride + first;
    planes_sums(nearest - before, tall ? next - before : NULL, columns + before + behind, sums - before);
    if (!before) sums[-1] = sums[0];
    if (!behind) sums[columns] = sums[columns - 1];
    if (wide && tall)
        planes_widen(sums, columns, 4, 8, 7, out);
    else if (wide)
        planes_widen(sums, columns, 2, 1, 2, out);
    else if (tall)
        planes_narrow(sums, columns, 2, y % 2 == 0 ? 1 : 2, out);
    else
        planes_narrow(sums, columns, 0, 0, out);
}

// Factors of 1/65536; shifts round down, as jdcolor.c's do.
static inline void planes_color(
    const uint8_t *luma, const uint8_t *blue, const uint8_t *red, uint32_t count, uint8_t *rgb) {
    for (size_t i = 0; i < count; i++) {
        int32_t y = luma[i], b = blue[i] - 128, r = red[i] - 128;
        rgb[3 * i] = planes_clamp(y + ((91881 * r + 32768) >> 16));
        rgb[3 * i + 1] = planes_clamp(y + ((32768 - 22554 * b - 46802 * r) >> 16));
        rgb[3 * i + 2] = planes_clamp(y + ((116130 * b + 32768) >> 16));
    }
}

static void planes_row(const CImagePlanes *planes, uint32_t x, uint32_t y, uint32_t count, uint8_t *rgb) {
    uint8_t blue[planes_block + 2], red[planes_block + 2];
    for (uint32_t end = x + count; x < end;) {
        uint32_t odd = x % 2, step = planes_block - odd < end - x ? planes_block - odd : end - x;
        planes_upsample(planes, planes->blue, x - odd, y, step + odd, blue);
        planes_upsample(planes, planes->red, x - odd, y, step + odd, red);
        planes_color(planes->luma + y * planes->luma_stride + x, blue + odd, red + odd, step, rgb);
        x += step;
        rgb += 3 * (size_t)step;
    }
}
