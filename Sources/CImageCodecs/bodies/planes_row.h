// RGB of a row of planes, with libjpeg's own arithmetic: the "fancy" (triangle) upsampling of jdsample.c and
// the colour conversion of jdcolor.c, bit for bit.

#include <string.h>

enum { planes_block = 512 };  // even

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

typedef uint8_t planes_bytes __attribute__((vector_size(16), aligned(1)));
typedef int16_t planes_words __attribute__((vector_size(32)));
typedef int32_t planes_longs __attribute__((vector_size(64)));

// x * factor / 65536, rounded down. Macros, as plain x86-64 has no registers to hand over such vectors in.
#define PLANES_SHARE(x, factor)                                                                             \
    __builtin_convertvector((__builtin_convertvector(x, planes_longs) * (factor)) >> 16, planes_words)

#define PLANES_SATURATED(x)                                                                                 \
    __builtin_convertvector(                                                                                \
        __builtin_elementwise_min(__builtin_elementwise_max(x, (planes_words){0}), (planes_words){0} + 255), planes_bytes)

// Sixteen pixels. libjpeg adds to y (91881 r + 32768) >> 16, (32768 - 22554 b - 46802 r) >> 16 and (116130 b
// + 32768) >> 16. Here whole multiples of r and b are taken out, so that the rest fits 16 bits, and a half is
// added to the doubled share instead.
static inline void planes_color16(const uint8_t *luma, const uint8_t *blue, const uint8_t *red, uint8_t *rgb) {
    const planes_words y = __builtin_convertvector(*(const planes_bytes *)luma, planes_words);
    const planes_words b = __builtin_convertvector(*(const planes_bytes *)blue, planes_words) - 128;
    const planes_words r = __builtin_convertvector(*(const planes_bytes *)red, planes_words) - 128;
    const planes_longs shares = __builtin_convertvector(r, planes_longs) * (65536 - 46802)
                                + __builtin_convertvector(b, planes_longs) * -22554 + 32768;
    const planes_bytes reds = PLANES_SATURATED(y + r + ((PLANES_SHARE(r * 2, 91881 - 65536) + 1) >> 1));
    const planes_bytes greens = PLANES_SATURATED(y - r + __builtin_convertvector(shares >> 16, planes_words));
    const planes_bytes blues = PLANES_SATURATED(y + b * 2 + ((PLANES_SHARE(b * 2, 116130 - 2 * 65536) + 1) >> 1));
    // Every third byte is the other one's, and written by the second shuffle.
    const planes_bytes first = __builtin_shufflevector(reds, greens, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
    const planes_bytes second = __builtin_shufflevector(reds, greens, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
    const planes_bytes third =
        __builtin_shufflevector(reds, greens, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
    planes_bytes *out = (planes_bytes *)rgb;
    out[0] = __builtin_shufflevector(first, blues, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
    out[1] = __builtin_shufflevector(second, blues, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
    out[2] = __builtin_shufflevector(third, blues, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
}

// Reads up to 15 elements of blue and red behind the last one, and of a rest of luma a copy.
static inline void planes_color(
    const uint8_t *luma, const uint8_t *blue, const uint8_t *red, uint32_t count, uint8_t *rgb) {
    uint32_t done = 0;
    for (; done + 16 <= count; done += 16) planes_color16(luma + done, blue + done, red + done, rgb + 3 * (size_t)done);
    if (done == count) return;
    uint8_t rest[16] = {0}, pixels[48];
    memcpy(rest, luma + done, count - done);
    planes_color16(rest, blue + done, red + done, pixels);
    memcpy(rgb + 3 * (size_t)done, pixels, 3 * (count - done));
}

static void planes_row(const CImagePlanes *planes, uint32_t x, uint32_t y, uint32_t count, uint8_t *rgb) {
    uint8_t blue[planes_block + 16] = {0}, red[planes_block + 16] = {0};
    for (uint32_t end = x + count; x < end;) {
        uint32_t odd = x % 2, step = planes_block - odd < end - x ? planes_block - odd : end - x;
        planes_upsample(planes, planes->blue, x - odd, y, step + odd, blue);
        planes_upsample(planes, planes->red, x - odd, y, step + odd, red);
        planes_color(planes->luma + y * planes->luma_stride + x, blue + odd, red + odd, step, rgb);
        x += step;
        rgb += 3 * (size_t)step;
    }
}
