// A plane times a number, plus another.

static void scale_shift(const float *input, float *output, long count, float scale, float shift) {
    CK_APART for (long i = 0; i < count; i++) output[i] = input[i] * scale + shift;
}
