#include <string.h>

#include "png_errors.h"

// Once the last row is being read, libpng inflates whatever compressed data is left, however much it grows.
// This much of the file beyond the row's own size is let through; a thousandfold growth of it takes under a
// second.
enum { trailing_slack = 64 << 10 };

typedef struct {
    PNGErrors errors;
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count, offset;
    size_t end;     // reading beyond it is an error: the file's end, or less once the last row is being read
    uint8_t *rows;  // scratch: one row, or the whole picture when interlaced
} Reader;

static void read_bytes(png_structp png, png_bytep to, size_t length) {
    Reader *reader = png_get_io_ptr(png);
    if (length > reader->count - reader->offset) png_error(png, "premature end of the file");
    if (length > reader->end - reader->offset) png_error(png, "compressed data goes on after the last row");
    memcpy(to, reader->bytes + reader->offset, length);
    reader->offset += length;
}

// Every ancillary chunk that libpng knows, but tRNS: text, profiles and times only cost memory and time here.
static const uint8_t ignored_chunks[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0"
    "sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";

static void open_file(Reader *reader, const CImageRequest *request) {
    png_structp png = reader->png;
    png_set_read_fn(png, reader, read_bytes);
    png_set_user_limits(png, request->width, request->height);
    png_set_chunk_cache_max(png, 128);
    png_set_chunk_malloc_max(png, 1 << 20);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored_chunks, sizeof ignored_chunks / 5);
    png_read_info(png, reader->info);
    if (png_get_image_width(png, reader->info) != request->width ||
        png_get_image_height(png, reader->info) != request->height)
        png_error(png, "the size changed between two readings");
}

// Every kind becomes RGB or RGBA of 8 bits; of 16 bits the high byte is taken, as OpenCV and Pillow do.
static void choose_transformations(png_structp png, png_infop info) {
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t channels = png_get_channels(png, info);
    if (png_get_bit_depth(png, info) != 8 || (channels != 3 && channels != 4))
        png_error(png, "unknown kind of pixels");
}

static void copy_over_white(const uint8_t *from, uint8_t *to, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, from += 4, to += 3)
        for (int channel = 0; channel < 3; channel++)
            to[channel] = (uint8_t)((from[channel] * from[3] + 255 * (255 - from[3]) + 127) / 255);
}

static void copy_row(const Reader *reader, const uint8_t *row, const CImageRequest *request, uint8_t *to) {
    size_t channels = png_get_channels(reader->png, reader->info);
    if (channels == 4)
        copy_over_white(row, to, request->width);
    else
        memcpy(to, row, (size_t)request->width * 3);
}

static void allocate_rows(Reader *reader, const CImageRequest *request, size_t count) {
    size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
    if (row_bytes > request->maximum_memory / count) {
        reader->errors.status = CIMAGE_MEMORY;
        png_error(reader->png, "the memory limit is passed");
    }
    reader->rows = png_malloc(reader->png, row_bytes * count);
    // A row that a damaged interlaced file never fills must not show old memory.
    memset(reader->rows, 0, row_bytes * count);
}

static void before_last_row(Reader *reader, size_t row_bytes) {
    size_t left = reader->count - reader->offset;
    size_t allowed = 2 * row_bytes + trailing_slack;
    reader->end = reader->offset + (left < allowed ? left : allowed);
}

static void read_plain(Reader *reader, const CImageRequest *request, uint8_t *rgb) {
    size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
    allocate_rows(reader, request, 1);
    for (uint32_t y = 0; y < request->height; y++) {
        if (y + 1 == request->height) before_last_row(reader, row_bytes);
        png_read_row(reader->png, reader->rows, NULL);
        copy_row(reader, reader->rows, request, rgb + (size_t)y * request->width * 3);
    }
}

// Seven passes over the whole picture: every pass puts its pixels between those of the others.
static void read_interlaced(Reader *reader, const CImageRequest *request, uint8_t *rgb) {
    size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
    allocate_rows(reader, request, request->height);
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
        for (uint32_t y = 0; y < request->height; y++) {
            int is_last = pass == PNG_INTERLACE_ADAM7_PASSES - 1 && y + 1 == request->height;
            if (is_last) before_last_row(reader, row_bytes);
            png_read_row(reader->png, reader->rows + row_bytes * y, NULL);
        }
    for (uint32_t y = 0; y < request->height; y++)
        copy_row(reader, reader->rows + row_bytes * y, request, rgb + (size_t)y * request->width * 3);
}

// The reader belongs to the caller of the function that calls setjmp, so that its members are certain
// afterwards.
static CImageStatus decode(Reader *reader, const CImageRequest *request, uint8_t *rgb) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    reader->png = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, &reader->errors, png_errors_fail, png_errors_warn);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (!reader->info) return cimage_report(reader->errors.report, CIMAGE_MEMORY, "out of memory");
    open_file(reader, request);
    choose_transformations(reader->png, reader->info);
    if (png_get_interlace_type(reader->png, reader->info) == PNG_INTERLACE_ADAM7)
        read_interlaced(reader, request, rgb);
    else
        read_plain(reader, request, rgb);
    reader->end = reader->count;
    png_read_end(reader->png, NULL);
    return CIMAGE_OK;
}

CImageStatus cimage_png_decode(
    const uint8_t *bytes, size_t count, const CImageRequest *request, uint8_t *rgb, CImageReport *report) {
    Reader reader = {.bytes = bytes, .count = count, .end = count};
    png_errors_start(&reader.errors, report);
    CImageStatus status = decode(&reader, request, rgb);
    if (reader.png) png_free(reader.png, reader.rows);
    png_destroy_read_struct(&reader.png, &reader.info, NULL);
    return status;
}
