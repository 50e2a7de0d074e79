// The sums of byte_products.h, to the last bit, on CPUs without products of bytes: points are whole numbers
// in float32, weights in bfloat16, which holds them, and sums of 1,024 products in float32, which holds
// those: 1,024 * 127 * 127 < 2^24.
#define CK_WHOLE_BLOCKS (1024 / CK_BLOCK)
#define CK_WHOLE_TILES 32

// At most CK_WHOLE_TILES tiles of one block of output channels.
static inline void few_whole_products(const ck_products *g, const float *points, const float *scales, const char *weights,
                                      long count, float *output) {
    const ck_weight_header *header = (const ck_weight_header *)weights;
    int sums[CK_WHOLE_TILES * CK_BLOCK] = {0};
    const unsigned short *rows = (const unsigned short *)(header + 1);
    for (long block = 0; block < g->blocks; block += CK_WHOLE_BLOCKS) {
        const ck_products part = {.blocks = ck_min(CK_WHOLE_BLOCKS, g->blocks - block),
                                  .block_stride = g->block_stride, .outputs = 1};
        products_bfloat16(&part, points + block * g->block_stride, rows + block * CK_BLOCK * CK_BLOCK, count, output);
        for (long i = 0; i < count * CK_BLOCK; i++) sums[i] += (int)output[i];
    }
    for (long t = 0; t < count; t++)
        for (int n = 0; n < CK_BLOCK; n++)
            output[t * CK_BLOCK + n] = (float)sums[t * CK_BLOCK + n] * header->scale[n] * scales[t];
}

static void products_whole(const ck_products *g, const void *points, const void *weights, long count, float *output) {
    for (long b = 0; b < g->outputs; b++)
        for (long t = 0; t < count; t += CK_WHOLE_TILES)
            few_whole_products(g, (const float *)points + t * CK_BLOCK, g->scales + t,
                               (const char *)weights + b * g->weight_step, ck_min(CK_WHOLE_TILES, count - t),
                               output + b * g->output_step + t * CK_BLOCK);
}

static void pack_whole(const float *rows, long count, void *packed) {
    ck_weight_header *header = packed;
    float inverse[CK_BLOCK], whole[CK_BLOCK];
    weight_scales(rows, count, header, inverse);
    for (long row = 0; row < count; row++) {
        for (int n = 0; n < CK_BLOCK; n++) whole[n] = (float)whole_weight(rows[row * CK_BLOCK + n], inverse[n]);
        store_weights(CK_BFLOAT16, header + 1, row, whole);
    }
}
