// 8-bit pixels as a network's planes: (value - mean) / deviation.

static void float_planes(
    const uint8_t *rgb, size_t count, const CImageEncoding *encoding, float *planes) {
    for (int plane = 0; plane < 3; plane++, planes += count) {
        const uint8_t *from = rgb + encoding->channel[plane];
        float mean = encoding->mean[plane], deviation = encoding->deviation[plane];
        for (size_t i = 0; i < count; i++) planes[i] = ((float)from[3 * i] - mean) / deviation;
    }
}
