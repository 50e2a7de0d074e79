// Channels from some lanes of a block to others of another one: tensors joined and cut where no block begins.

// One position, element by element.
static inline void merge_position(const float *input, long from, long to, long channels, int keeps, float *output) {
    for (long l = 0; l < CK_BLOCK; l++)
        if (l >= to && l < to + channels) output[l] = input[l - to + from];
        else if (!keeps) output[l] = 0;
}

// output[i][to..<to + channels] = input[i][from..<from + channels] for i < count. Other lanes stay as they
// are where it `keeps` them, and are 0 otherwise: what was cut away must not count, in the scale of whole
// numbers say.
static void merge_channels(const float *input, long from, long to, long channels, long count, int keeps, float *output) {
    // Whole vectors are read, which begin `shift` floats from their position: not so at the end where that is
    // outside.
    const long shift = from - to, first = shift < 0, last = count - (shift > 0);
    CK_MASK lanes[CK_PARTS];
    CK_UNROLL for (int i = 0; i < CK_BLOCK; i++) lanes[i / CK_LANES][i % CK_LANES] = i >= to && i < to + channels ? -1 : 0;
    if (first) merge_position(input, from, to, channels, keeps, output);
    if (keeps)
        for (long i = first * CK_BLOCK; i < last * CK_BLOCK; i += CK_BLOCK)
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++) {
                float *at = output + i + p * CK_LANES;
                wide_store(at, wide_select(lanes[p], wide_load(input + i + shift + p * CK_LANES), wide_load(at)));
            }
    else
        for (long i = first * CK_BLOCK; i < last * CK_BLOCK; i += CK_BLOCK)
            CK_UNROLL for (int p = 0; p < CK_PARTS; p++)
                wide_store(output + i + p * CK_LANES,
                           wide_select(lanes[p], wide_load(input + i + shift + p * CK_LANES), (CK_WIDE){0}));
    for (long i = ck_max(first, last); i < count; i++)
        merge_position(input + i * CK_BLOCK, from, to, channels, keeps, output + i * CK_BLOCK);
}
