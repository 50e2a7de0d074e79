// 8-bit pixels as a network's planes: (value - mean) / deviation.

static void float_planes(
    const uint8_t *rgb, size_t count, const CImageEncoding *encoding, float *planes, size_t stride) {
    // By the byte of the pixel, as all three are read at once.
    float *place[3], mean[3], deviation[3], factor[3];
    for (int plane = 0; plane < 3; plane++) {
        uint32_t byte = encoding->channel[plane];
        place[byte] = planes + plane * stride;
        mean[byte] = encoding->mean[plane];
        deviation[byte] = encoding->deviation[plane];
        factor[byte] = encoding->factor[plane];
    }
    float *restrict red = place[0], *restrict green = place[1], *restrict blue = place[2];
    // A product takes a tenth of a quotient's time.
    if (encoding->multiplies)
        for (size_t i = 0; i < count; i++) {
            red[i] = ((float)rgb[3 * i] - mean[0]) * factor[0];
            green[i] = ((float)rgb[3 * i + 1] - mean[1]) * factor[1];
            blue[i] = ((float)rgb[3 * i + 2] - mean[2]) * factor[2];
        }
    else
        for (size_t i = 0; i < count; i++) {
            red[i] = ((float)rgb[3 * i] - mean[0]) / deviation[0];
            green[i] = ((float)rgb[3 * i + 1] - mean[1]) / deviation[1];
            blue[i] = ((float)rgb[3 * i + 2] - mean[2]) / deviation[2];
        }
}
