// Bilinear samples of a picture, black beyond its edges: a row of what `cv2.warpAffine` makes, at exact
// positions.

typedef uint8_t warp_bytes __attribute__((vector_size(4), aligned(1), may_alias));
typedef float warp_color __attribute__((vector_size(16)));
typedef int32_t warp_levels __attribute__((vector_size(16)));

// `readable`: whether the byte behind the pixel may be read with it.
static inline warp_color warp_pixel(const uint8_t *pixel, int readable) {
    if (readable) return __builtin_convertvector(*(const warp_bytes *)pixel, warp_color);
    return (warp_color){pixel[0], pixel[1], pixel[2], 0};
}

static inline warp_color warp_pixel_or_black(const CImageSource *source, int32_t x, int32_t y) {
    if (x < 0 || y < 0 || x >= (int32_t)source->width || y >= (int32_t)source->height) return (warp_color){0};
    return warp_pixel(source->rgb + ((size_t)y * source->width + x) * 3, 0);
}

static void warp_row(
    const CImageSource *source, const CImageAffine *affine, uint32_t y, uint32_t count, uint8_t *out) {
// All instruction sets give the same bytes, so a product is rounded before it is added.
#pragma clang fp contract(off)
    int32_t width = (int32_t)source->width, height = (int32_t)source->height;
    for (uint32_t i = 0; i < count; i++, out += 3) {
        double sample_x = affine->a * i + affine->b * y + affine->tx;
        double sample_y = affine->c * i + affine->d * y + affine->ty;
        // Neither NaN nor what is too large for an integer passes these comparisons.
        if (!(sample_x > -1 && sample_y > -1 && sample_x < width && sample_y < height)) {
            out[0] = out[1] = out[2] = 0;
            continue;
        }
        // Both are above -1, so cutting off one more than them rounds down.
        int32_t left = (int32_t)(sample_x + 1) - 1, top = (int32_t)(sample_y + 1) - 1;
        float right = (float)(sample_x - left), bottom = (float)(sample_y - top);
        warp_color sum = {0.5f, 0.5f, 0.5f, 0.5f};  // rounds when cut off
        warp_color corners[4];
        // The last row is left out, so that the byte behind the last corner is a pixel's too.
        if (left >= 0 && top >= 0 && left + 1 < width && top + 2 < height) {
            const uint8_t *upper = source->rgb + ((size_t)top * width + left) * 3, *lower = upper + 3 * (size_t)width;
            corners[0] = warp_pixel(upper, 1);
            corners[1] = warp_pixel(upper + 3, 1);
            corners[2] = warp_pixel(lower, 1);
            corners[3] = warp_pixel(lower + 3, 1);
        } else {
            corners[0] = warp_pixel_or_black(source, left, top);
            corners[1] = warp_pixel_or_black(source, left + 1, top);
            corners[2] = warp_pixel_or_black(source, left, top + 1);
            corners[3] = warp_pixel_or_black(source, left + 1, top + 1);
        }
        sum += corners[0] * ((1 - right) * (1 - bottom));
        sum += corners[1] * (right * (1 - bottom));
        sum += corners[2] * ((1 - right) * bottom);
        sum += corners[3] * (right * bottom);
        warp_levels levels = __builtin_convertvector(sum, warp_levels);
        for (int c = 0; c < 3; c++) out[c] = (uint8_t)levels[c];
    }
}
