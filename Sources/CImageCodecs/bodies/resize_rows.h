// The two steps of a bilinear resize in OpenCV's arithmetic: weights are whole numbers of 1/2048; a column's
// sum loses its lowest 4 bits before, and 16 bits after it is weighted, and the last two bits are rounded.
// What is left of a sum fits into 16 bits.

typedef uint8_t resize_bytes __attribute__((vector_size(4), aligned(1), may_alias));
typedef int32_t resize_sums __attribute__((vector_size(16)));
typedef int16_t resize_line __attribute__((vector_size(8), aligned(2), may_alias));

static void resize_across(
    const uint8_t *line, size_t line_bytes, const CImageTap *taps, uint32_t count, int16_t *out) {
    for (uint32_t x = 0; x < count; x++, out += 3) {
        CImageTap tap = taps[x];
        const uint8_t *first = line + tap.first * 3, *second = line + tap.second * 3;
        // Four bytes where three are meant: the fourth sum is overwritten by the next pixel's first.
        if (x + 1 < count && tap.second * 3 + 4 <= line_bytes) {
            resize_sums sums =
                __builtin_convertvector(*(const resize_bytes *)first, resize_sums) * tap.first_weight
                + __builtin_convertvector(*(const resize_bytes *)second, resize_sums) * tap.second_weight;
            *(resize_line *)out = __builtin_convertvector(sums >> 4, resize_line);
        } else {
            for (int c = 0; c < 3; c++)
                out[c] = (int16_t)((first[c] * tap.first_weight + second[c] * tap.second_weight) >> 4);
        }
    }
}

static void resize_down(const int16_t *first, const int16_t *second, CImageTap tap, size_t count, uint8_t *out) {
    int16_t upper_weight = (int16_t)tap.first_weight, lower_weight = (int16_t)tap.second_weight;
    for (size_t i = 0; i < count; i++) {
        // The upper halves of products of 16 bits, which vectors have an instruction for.
        int16_t upper = (int16_t)((upper_weight * first[i]) >> 16);
        int16_t lower = (int16_t)((lower_weight * second[i]) >> 16);
        int16_t level = (int16_t)((int16_t)(upper + lower + 2) >> 2);
        out[i] = level > 255 ? 255 : (uint8_t)level;
    }
}
