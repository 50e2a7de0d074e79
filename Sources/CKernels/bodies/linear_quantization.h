// Lines of floats to bytes and back, by one scale and zero point.

static void quantise_line(const float *input, long count, float scale, int zero, int low, int high,
                          unsigned char *output) {
    const float least = (float)(low - zero), most = (float)(high - zero);
    for (long i = 0; i < count; i++) {
        float x = input[i] / scale;
        // Bounds are whole, so it is the same to hold x between them before it is rounded; NaN is not above
        // the first.
        x = x > least ? x : least;
        x = x < most ? x : most;
        output[i] = (unsigned char)((int)((x + CK_TO_WHOLE) - CK_TO_WHOLE) + zero);
    }
}

static void dequantise_line(const unsigned char *input, int is_signed, long count, float scale, int zero,
                            float *output) {
    const signed char *numbers = (const signed char *)input;
    if (is_signed)
        for (long i = 0; i < count; i++) output[i] = (float)(numbers[i] - zero) * scale;
    else
        for (long i = 0; i < count; i++) output[i] = (float)(input[i] - zero) * scale;
}

static void extent(const float *input, long count, float *least, float *largest) {
    float low[CK_SUMS] = {0}, high[CK_SUMS] = {0};
    const long whole = count - count % CK_SUMS;
    for (long i = 0; i < whole; i += CK_SUMS)
        for (int l = 0; l < CK_SUMS; l++) {
            float x = input[i + l];
            low[l] = x < low[l] ? x : low[l];
            high[l] = x > high[l] ? x : high[l];
        }
    for (long i = whole; i < count; i++) {
        low[0] = input[i] < low[0] ? input[i] : low[0];
        high[0] = input[i] > high[0] ? input[i] : high[0];
    }
    *least = *largest = 0;
    for (int l = 0; l < CK_SUMS; l++) {
        *least = low[l] < *least ? low[l] : *least;
        *largest = high[l] > *largest ? high[l] : *largest;
    }
}
