#include "jpeg_reader.h"

#include <jerror.h>
#include <string.h>

void jpeg_reader_prepare(JPEGReader *reader, const uint8_t *bytes, CImageReport *report) {
    memset(reader, 0, sizeof *reader);
    reader->info.err = jpeg_errors_start(&reader->errors, report);
    reader->bytes = bytes;
}

// jpeg_create_decompress clears the structure, so what we hang into it comes after.
void jpeg_reader_open(JPEGReader *reader, size_t count) {
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
    JPEGReader *reader = info->client_data;
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

int jpeg_reader_has_planes(const JPEGReader *reader) {
    const struct jpeg_decompress_struct *info = &reader->info;
    if (info->num_components != 3 || info->jpeg_color_space != JCS_YCbCr) return 0;
    const jpeg_component_info *luma = &info->comp_info[0];
    for (int i = 1; i < 3; i++) {
        const jpeg_component_info *chroma = &info->comp_info[i];
        if (chroma->h_samp_factor != 1 || chroma->v_samp_factor != 1) return 0;
    }
    // libjpeg does not smooth a colour plane of one or two columns.
    return luma->h_samp_factor <= 2 && luma->v_samp_factor <= 2 &&
        (luma->h_samp_factor == 1 || info->image_width > 4);
}

// The reader belongs to the caller of the function that calls setjmp, so that its members are certain
// afterwards.
static CImageStatus read_header(JPEGReader *reader, size_t count) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    jpeg_reader_open(reader, count);
    jpeg_set_marker_processor(&reader->info, JPEG_APP0 + 1, note_exif);
    jpeg_read_header(&reader->info, TRUE);
    return CIMAGE_OK;
}

CImageStatus cimage_jpeg_read_header(
    const uint8_t *bytes, size_t count, CImageJPEGHeader *header, CImageReport *report) {
    JPEGReader reader;
    jpeg_reader_prepare(&reader, bytes, report);
    CImageStatus status = read_header(&reader, count);
    header->width = reader.info.image_width;
    header->height = reader.info.image_height;
    header->exif_offset = reader.exif_offset;
    header->exif_length = reader.exif_length;
    header->has_planes = status == CIMAGE_OK && jpeg_reader_has_planes(&reader);
    jpeg_destroy_decompress(&reader.info);
    return status;
}

// libjpeg calls this while it reads a progressive file, often within each scan.
static void check_scans(j_common_ptr common) {
    JPEGReader *reader = common->client_data;
    if (reader->info.input_scan_number > reader->maximum_scans)
        jpeg_errors_fail(&reader->errors, CIMAGE_SCANS, "too many scans");
}

void jpeg_reader_limit(JPEGReader *reader, const CImageRequest *request) {
    reader->maximum_scans = (int)request->maximum_scans;
    reader->progress.progress_monitor = check_scans;
    reader->info.progress = &reader->progress;
    reader->info.mem->max_memory_to_use = (long)request->maximum_memory;
}
