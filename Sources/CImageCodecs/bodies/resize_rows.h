// The two steps of a bilinear resize in OpenCV's arithmetic: weights are whole numbers of 1/2048; a column's sum
// loses its lowest 4 bits before, and 16 bits after it is weighted, and the last two bits are rounded.

typedef uint8_t resize_bytes __attribute__((vector_size(4), aligned(1), may_alias));
typedef int32_t resize_sums __attribute__((vector_size(16), aligned(4), may_alias));

static void resize_across(
    const uint8_t *line, size_t line_bytes, const CImageTap *taps, uint32_t count, int32_t *out) {
    for (uint32_t x = 0; x < count; x++, out += 3) {
        CImageTap tap = taps[x];
        const uint8_t *first = line + tap.first * 3, *second = line + tap.second * 3;
        // Four bytes where three are meant: the fourth sum is overwritten by the next pixel's first.
        if (x + 1 < count && tap.second * 3 + 4 <= line_bytes) {
            *(resize_sums *)out =
                __builtin_convertvector(*(const resize_bytes *)first, resize_sums) * tap.first_weight
                + __builtin_convertvector(*(const resize_bytes *)second, resize_sums) * tap.second_weight;
        } else {
            for (int c = 0; c < 3; c++) out[c] = first[c] * tap.first_weight + second[c] * tap.second_weight;
        }
    }
}

static void resize_down(const int32_t *first, const int32_t *second, CImageTap tap, size_t count, uint8_t *out) {
    for (size_t i = 0; i < count; i++) {
        int32_t upper = (tap.first_weight * (first[i] >> 4)) >> 16;
        int32_t lower = (tap.second_weight * (second[i] >> 4)) >> 16;
        int32_t level = (upper + lower + 2) >> 2;
        out[i] = level > 255 ? 255 : (uint8_t)level;
    }
}
