#include <string.h>

#include "jpeg_reader.h"

#if defined(LIBJPEG_TURBO_VERSION_NUMBER) && LIBJPEG_TURBO_VERSION_NUMBER >= 2000000
#define HAS_PARTIAL_DECODE 1
#else
#define HAS_PARTIAL_DECODE 0
#endif

// Grey and YCbCr become RGB in libjpeg; of the four-channel kinds it makes CMYK at most.
static void choose_colors(struct jpeg_decompress_struct *info) {
    int is_cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    info->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
}

// CMYK as Adobe's programs write it and every viewer takes it: stored inverted, 255 is no ink.
static void copy_inverted_cmyk(const JSAMPLE *from, uint8_t *to, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, from += 4, to += 3)
        for (int channel = 0; channel < 3; channel++)
            to[channel] = (uint8_t)((from[channel] * from[3] + 127) / 255);
}

static void copy_row(
    const JPEGReader *reader, const JSAMPLE *row, uint32_t skipped, uint8_t *to, uint32_t count) {
    size_t channels = (size_t)reader->info.output_components;
    if (channels == 4)
        copy_inverted_cmyk(row + skipped * channels, to, count);
    else
        memcpy(to, row + skipped * channels, count * channels);
}

// Lets libjpeg leave out columns. Returns the column of the picture with which its rows begin from now on.
static uint32_t crop_columns(struct jpeg_decompress_struct *info, const CImageRequest *request) {
#if HAS_PARTIAL_DECODE
    // Smooth chroma upsampling looks one sample aside: with a block more on each side the edges come out as
    // in a full decode.
    uint32_t margin = (uint32_t)(DCTSIZE * info->max_h_samp_factor);
    JDIMENSION first = request->x > margin ? request->x - margin : 0;
    JDIMENSION end = request->x + request->width + margin;
    if (end > info->output_width) end = info->output_width;
    JDIMENSION width = end - first;
    if (width == info->output_width) return 0;
    jpeg_crop_scanline(info, &first, &width);
    return first;
#else
    (void)info;
    (void)request;
    return 0;
#endif
}

static void skip_rows(struct jpeg_decompress_struct *info, JSAMPARRAY row, uint32_t count) {
#if HAS_PARTIAL_DECODE
    (void)row;
    if (count > 0) jpeg_skip_scanlines(info, count);
#else
    while (info->output_scanline < count) jpeg_read_scanlines(info, row, 1);
#endif
}

static void check_size(JPEGReader *reader, const CImageRequest *request) {
    const struct jpeg_decompress_struct *info = &reader->info;
    if (info->image_width != request->full_width || info->image_height != request->full_height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the size changed between two readings");
    if ((uint64_t)request->x + request->width > info->output_width ||
        (uint64_t)request->y + request->height > info->output_height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the region is larger than the picture");
    if (info->output_components != 3 && info->output_components != 4)
        jpeg_errors_fail(&reader->errors, CIMAGE_UNSUPPORTED, "unknown colour space");
}

static void read_rows(JPEGReader *reader, const CImageRequest *request, uint8_t *rgb) {
    struct jpeg_decompress_struct *info = &reader->info;
    uint32_t first = crop_columns(info, request);
    JDIMENSION row_bytes = info->output_width * (JDIMENSION)info->output_components;
    JSAMPARRAY row = info->mem->alloc_sarray((j_common_ptr)info, JPOOL_IMAGE, row_bytes, 1);
    skip_rows(info, row, request->y);
    for (uint32_t y = 0; y < request->height; y++) {
        jpeg_read_scanlines(info, row, 1);
        copy_row(reader, row[0], request->x - first, rgb + (size_t)y * request->width * 3, request->width);
    }
    if (info->output_scanline == info->output_height) jpeg_finish_decompress(info);
}

static CImageStatus decode(JPEGReader *reader, size_t count, const CImageRequest *request, uint8_t *rgb) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    jpeg_reader_open(reader, count);
    jpeg_reader_limit(reader, request);
    jpeg_read_header(&reader->info, TRUE);
    choose_colors(&reader->info);
    reader->info.scale_num = 1;
    reader->info.scale_denom = request->denominator;
    jpeg_start_decompress(&reader->info);
    check_size(reader, request);
    read_rows(reader, request, rgb);
    return CIMAGE_OK;
}

CImageStatus cimage_jpeg_decode(
    const uint8_t *bytes, size_t count, const CImageRequest *request, uint8_t *rgb, CImageReport *report) {
    JPEGReader reader;
    jpeg_reader_prepare(&reader, bytes, report);
    CImageStatus status = decode(&reader, count, request, rgb);
    jpeg_destroy_decompress(&reader.info);
    return status;
}
