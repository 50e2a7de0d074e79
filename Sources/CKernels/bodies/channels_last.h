// Channel blocks to pixels whose channels lie side by side, [plane][channels]: what a detector's outputs are.

// One pixel's channels first..<first + channels; `step` floats lie between blocks.
static inline void copy_pixel(const float *pixel, long step, long first, long channels, float *output) {
    for (long c = first; c < first + channels; c++) *output++ = pixel[c / CK_BLOCK * step + c % CK_BLOCK];
}

// Channels first..<first + channels of an image in blocks of `plane` pixels.
static void channels_last(const float *blocks, long plane, long first, long channels, float *output) {
    const long step = plane * CK_BLOCK, end = first + channels;
    // Whole vectors are copied, of which the next copy overwrites what is too much; so not for the last
    // pixels, where nothing follows.
    long fast = ck_min(plane - 1, plane - (CK_BLOCK + channels - 1) / channels);
    long i = 0;
    for (; i < fast; i++) {
        const float *pixel = blocks + i * CK_BLOCK;
        float *out = output + i * channels;
        for (long c = first; c < end; c = (c / CK_BLOCK + 1) * CK_BLOCK) {
            const float *from = pixel + c / CK_BLOCK * step + c % CK_BLOCK;
            CK_UNROLL for (int p = 0; p < CK_BLOCK; p += CK_LANES) wide_store(out + (c - first) + p, wide_load(from + p));
        }
    }
    for (; i < plane; i++) copy_pixel(blocks + i * CK_BLOCK, step, first, channels, output + i * channels);
}
