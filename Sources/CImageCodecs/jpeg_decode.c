#include "jpeg_reader.h"

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

static void check_size(JPEGReader *reader, const CImageRequest *request) {
    const struct jpeg_decompress_struct *info = &reader->info;
    if (info->output_width != request->width || info->output_height != request->height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the size changed between two readings");
    if (info->output_components != 3 && info->output_components != 4)
        jpeg_errors_fail(&reader->errors, CIMAGE_UNSUPPORTED, "unknown colour space");
}

static void read_rows(JPEGReader *reader, uint8_t *rgb) {
    struct jpeg_decompress_struct *info = &reader->info;
    JDIMENSION row_bytes = info->output_width * (JDIMENSION)info->output_components;
    JSAMPARRAY inks = info->mem->alloc_sarray((j_common_ptr)info, JPOOL_IMAGE, row_bytes, 1);
    while (info->output_scanline < info->output_height) {
        JSAMPROW to = rgb + (size_t)info->output_scanline * info->output_width * 3;
        if (info->output_components == 3) {
            jpeg_read_scanlines(info, &to, 1);
        } else {
            jpeg_read_scanlines(info, inks, 1);
            copy_inverted_cmyk(inks[0], to, info->output_width);
        }
    }
    jpeg_finish_decompress(info);
}

static CImageStatus decode(JPEGReader *reader, size_t count, const CImageRequest *request, uint8_t *rgb) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    jpeg_reader_open(reader, count);
    jpeg_reader_limit(reader, request);
    jpeg_read_header(&reader->info, TRUE);
    choose_colors(&reader->info);
    jpeg_start_decompress(&reader->info);
    check_size(reader, request);
    read_rows(reader, rgb);
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
