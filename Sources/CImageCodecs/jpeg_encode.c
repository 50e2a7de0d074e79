#include <string.h>

#include "jpeg_errors.h"

typedef struct {
    struct jpeg_compress_struct info;
    JPEGErrors errors;
    unsigned char *bytes;
    unsigned long count;
} Writer;

static void write_rows(
    struct jpeg_compress_struct *info, const uint8_t *rgb, uint32_t width, uint32_t height) {
    jpeg_start_compress(info, TRUE);
    for (uint32_t y = 0; y < height; y++) {
        JSAMPROW row = (JSAMPROW)(rgb + (size_t)y * width * 3);
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
}

// The writer belongs to the caller, so that its members are certain after a longjmp.
static CImageStatus encode(Writer *writer, const uint8_t *rgb, uint32_t width, uint32_t height, int quality) {
    if (setjmp(writer->errors.escape)) return writer->errors.status;
    jpeg_create_compress(&writer->info);
    jpeg_mem_dest(&writer->info, &writer->bytes, &writer->count);
    writer->info.image_width = width;
    writer->info.image_height = height;
    writer->info.input_components = 3;
    writer->info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&writer->info);
    jpeg_set_quality(&writer->info, quality, TRUE);
    write_rows(&writer->info, rgb, width, height);
    return CIMAGE_OK;
}

CImageStatus cimage_jpeg_encode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, CImageFile *file,
    CImageReport *report) {
    Writer writer;
    memset(&writer, 0, sizeof writer);
    writer.info.err = jpeg_errors_start(&writer.errors, report);
    CImageStatus status = encode(&writer, rgb, width, height, quality);
    jpeg_destroy_compress(&writer.info);
    *file = (CImageFile){.bytes = writer.bytes, .count = writer.count};
    if (status != CIMAGE_OK) cimage_free(file);
    return status;
}
