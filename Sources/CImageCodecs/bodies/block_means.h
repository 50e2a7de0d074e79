// Rounded means of blocks of pixels, `factor` wide and `lines` high; 64 x 255 fits a 16-bit sum.

static void block_means(
    const uint8_t *rgb, uint32_t width, uint32_t lines, uint32_t factor, uint16_t *sums, uint8_t *out) {
    size_t bytes = (size_t)width * 3;
    for (size_t i = 0; i < bytes; i++) sums[i] = rgb[i];
    for (uint32_t line = 1; line < lines; line++)
        for (size_t i = 0; i < bytes; i++) sums[i] += rgb[line * bytes + i];
    for (uint32_t x = 0; x < width; x += factor, out += 3) {
        uint32_t columns = factor < width - x ? factor : width - x, count = columns * lines;
        uint32_t red = count / 2, green = count / 2, blue = count / 2;
        for (const uint16_t *sum = sums + (size_t)x * 3, *end = sum + columns * 3; sum < end; sum += 3) {
            red += sum[0];
            green += sum[1];
            blue += sum[2];
        }
        out[0] = (uint8_t)(red / count);
        out[1] = (uint8_t)(green / count);
        out[2] = (uint8_t)(blue / count);
    }
}
