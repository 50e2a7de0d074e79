#include "depthwise_band.h"

#include <string.h>

long ck_depthwise_scratch_count(const ck_depthwise *g) {
    return ck_band_width(g) * ck_band_height(g, ck_min(CK_BAND_ROWS, g->output_height));
}

void ck_fill_band(const ck_depthwise *g, const float *input, long first, long rows, float *band) {
    long width = ck_band_width(g), height = ck_band_height(g, rows);
    long left = ck_min(g->pad_left, width);
    long copied = ck_min(g->input_width, width - left);
    for (long r = 0; r < height; r++, band += width) {
        long y = first * g->stride_height - g->pad_top + r;
        if (y < 0 || y >= g->input_height) {
            memset(band, 0, (size_t)width * sizeof(float));
            continue;
        }
        memset(band, 0, (size_t)left * sizeof(float));
        memcpy(band + left, input + y * g->input_width, (size_t)copied * sizeof(float));
        memset(band + left + copied, 0, (size_t)(width - left - copied) * sizeof(float));
    }
}
