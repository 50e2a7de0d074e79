// Between planes and channel blocks.


static void to_blocks(const float *planes, long channels, long plane, float *blocks) {
    for (long first = 0; first < channels; first += CK_BLOCK, blocks += plane * CK_BLOCK) {
        long n = ck_min(CK_BLOCK, channels - first);
        const float *from = planes + first * plane;
        for (long i = 0; i < plane; i++) {
            float *to = blocks + i * CK_BLOCK;
            for (long c = 0; c < n; c++) to[c] = from[c * plane + i];
            for (long c = n; c < CK_BLOCK; c++) to[c] = 0;
        }
    }
}

static void from_blocks(const float *blocks, long channels, long plane, float *planes) {
    for (long first = 0; first < channels; first += CK_BLOCK, blocks += plane * CK_BLOCK) {
        long n = ck_min(CK_BLOCK, channels - first);
        float *to = planes + first * plane;
        for (long c = 0; c < n; c++)
            for (long i = 0; i < plane; i++) to[c * plane + i] = blocks[i * CK_BLOCK + c];
    }
}
