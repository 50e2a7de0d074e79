// Between planes and channel blocks.

static void to_blocks(const float *planes, long channels, long plane, float *blocks) {
    for (long first = 0; first < channels; first += CK_BLOCK, blocks += plane * CK_BLOCK) {
        long n = ck_min(CK_BLOCK, channels - first);
        transpose(planes + first * plane, plane, n, plane, blocks, CK_BLOCK);
        for (long i = 0; i < plane; i++)
            for (long c = n; c < CK_BLOCK; c++) blocks[i * CK_BLOCK + c] = 0;
    }
}

static void from_blocks(const float *blocks, long channels, long plane, float *planes) {
    for (long first = 0; first < channels; first += CK_BLOCK, blocks += plane * CK_BLOCK)
        transpose(blocks, CK_BLOCK, plane, ck_min(CK_BLOCK, channels - first), planes + first * plane, plane);
}
