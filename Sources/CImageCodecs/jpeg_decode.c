#include <string.h>

#include "jpeg_errors.h"

#include <jerror.h>

#if defined(LIBJPEG_TURBO_VERSION_NUMBER) && LIBJPEG_TURBO_VERSION_NUMBER >= 2000000
#define HAS_PARTIAL_DECODE 1
#else
#define HAS_PARTIAL_DECODE 0
#endif

typedef struct {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    JPEGErrors errors;
    const uint8_t *bytes;
    size_t exif_offset, exif_length;
    int maximum_scans;
} Reader;

// Called before setjmp: nothing here can fail, and jpeg_destroy_decompress is safe from now on.
static void prepare(Reader *reader, const uint8_t *bytes, CImageReport *report) {
    memset(reader, 0, sizeof *reader);
    reader->info.err = jpeg_errors_start(&reader->errors, report);
    reader->bytes = bytes;
}

// jpeg_create_decompress clears the structure, so what we hang into it comes after.
static void open_file(Reader *reader, size_t count) {
    jpeg_create_decompress(&reader->info);
    reader->info.client_data = reader;
    jpeg_mem_src(&reader->info, (unsigned char *)reader->bytes, count);
}

static unsigned next_byte(j_decompress_ptr info) {
    // At the end of the data libjpeg warns, which our error manager makes an error: no suspension.
    if (info->src->bytes_in_buffer == 0) info->src->fill_input_buffer(info);
    info->src->bytes_in_buffer -= 1;
    return *info->src->next_input_byte++;
}

// Marker processor for APP1: remembers where the first Exif structure lies, copies nothing.
static boolean note_exif(j_decompress_ptr info) {
    static const char signature[6] = "Exif\0";
    Reader *reader = info->client_data;
    size_t length = next_byte(info) << 8;
    length |= next_byte(info);
    if (length < 2) ERREXIT(info, JERR_BAD_LENGTH);
    length -= 2;
    int is_exif = length > sizeof signature && length <= info->src->bytes_in_buffer &&
        memcmp(info->src->next_input_byte, signature, sizeof signature) == 0;
    if (is_exif && reader->exif_length == 0) {
        reader->exif_offset = (size_t)(info->src->next_input_byte - reader->bytes) + sizeof signature;
        reader->exif_length = length - sizeof signature;
    }
    info->src->skip_input_data(info, (long)length);
    return TRUE;
}

// The reader belongs to the caller of the function that calls setjmp, so that its members are certain
// afterwards.
static CImageStatus read_header(Reader *reader, size_t count) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    open_file(reader, count);
    jpeg_set_marker_processor(&reader->info, JPEG_APP0 + 1, note_exif);
    jpeg_read_header(&reader->info, TRUE);
    return CIMAGE_OK;
}

CImageStatus cimage_jpeg_read_header(
    const uint8_t *bytes, size_t count, CImageJPEGHeader *header, CImageReport *report) {
    Reader reader;
    prepare(&reader, bytes, report);
    CImageStatus status = read_header(&reader, count);
    header->width = reader.info.image_width;
    header->height = reader.info.image_height;
    header->exif_offset = reader.exif_offset;
    header->exif_length = reader.exif_length;
    jpeg_destroy_decompress(&reader.info);
    return status;
}

// libjpeg calls this while it reads a progressive file, often within each scan.
static void check_scans(j_common_ptr common) {
    Reader *reader = common->client_data;
    if (reader->info.input_scan_number > reader->maximum_scans)
        jpeg_errors_fail(&reader->errors, CIMAGE_SCANS, "too many scans");
}

static void set_limits(Reader *reader, const CImageRequest *request) {
    reader->maximum_scans = (int)request->maximum_scans;
    reader->progress.progress_monitor = check_scans;
    reader->info.progress = &reader->progress;
    reader->info.mem->max_memory_to_use = (long)request->maximum_memory;
}

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
    const Reader *reader, const JSAMPLE *row, uint32_t skipped, uint8_t *to, uint32_t count) {
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

static void check_size(Reader *reader, const CImageRequest *request) {
    const struct jpeg_decompress_struct *info = &reader->info;
    if (info->image_width != request->full_width || info->image_height != request->full_height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the size changed between two readings");
    if ((uint64_t)request->x + request->width > info->output_width ||
        (uint64_t)request->y + request->height > info->output_height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the region is larger than the picture");
    if (info->output_components != 3 && info->output_components != 4)
        jpeg_errors_fail(&reader->errors, CIMAGE_UNSUPPORTED, "unknown colour space");
}

static void read_rows(Reader *reader, const CImageRequest *request, uint8_t *rgb) {
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

static CImageStatus decode(Reader *reader, size_t count, const CImageRequest *request, uint8_t *rgb) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    open_file(reader, count);
    set_limits(reader, request);
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
    Reader reader;
    prepare(&reader, bytes, report);
    CImageStatus status = decode(&reader, count, request, rgb);
    jpeg_destroy_decompress(&reader.info);
    return status;
}
