#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "jpeg_reader.h"

enum {
    row_alignment = 64,
    huge_page = 2 << 20,
};

// Of large pictures most of the time in the first touch of their memory goes into page faults; a few huge
// pages instead of thousands of small ones save a tenth of the decoding.
static void *allocate(size_t bytes) {
    void *memory = NULL;
    int is_large = bytes >= 2 * (size_t)huge_page;
    if (posix_memalign(&memory, is_large ? huge_page : row_alignment, bytes) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
    if (is_large) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

static size_t stride_of(const jpeg_component_info *component) {
    return ((size_t)component->width_in_blocks * DCTSIZE + row_alignment - 1) / row_alignment * row_alignment;
}

// libjpeg decodes rows of whole blocks, up to the end of the last row of MCUs.
static size_t rows_of(const struct jpeg_decompress_struct *info, const jpeg_component_info *component) {
    return (size_t)info->total_iMCU_rows * component->v_samp_factor * DCTSIZE;
}

static void lay_out(JPEGReader *reader, CImagePlanes *planes) {
    const struct jpeg_decompress_struct *info = &reader->info;
    const jpeg_component_info *luma = &info->comp_info[0], *chroma = &info->comp_info[1];
    planes->width = info->image_width;
    planes->height = info->image_height;
    planes->halves_columns = luma->h_samp_factor == 2;
    planes->halves_rows = luma->v_samp_factor == 2;
    planes->chroma_width = chroma->downsampled_width;
    planes->chroma_height = chroma->downsampled_height;
    planes->luma_stride = stride_of(luma);
    planes->chroma_stride = stride_of(chroma);
    size_t luma_bytes = planes->luma_stride * rows_of(info, luma);
    size_t chroma_bytes = planes->chroma_stride * rows_of(info, chroma);
    planes->memory = allocate(luma_bytes + 2 * chroma_bytes);
    if (!planes->memory) jpeg_errors_fail(&reader->errors, CIMAGE_MEMORY, "no memory for the picture");
    planes->luma = planes->memory;
    planes->blue = planes->luma + luma_bytes;
    planes->red = planes->blue + chroma_bytes;
}

static void point(JSAMPROW *rows, uint8_t *plane, size_t stride, uint32_t first, int count) {
    for (int i = 0; i < count; i++) rows[i] = plane + (first + i) * stride;
}

static void read_planes(JPEGReader *reader, const CImagePlanes *planes) {
    struct jpeg_decompress_struct *info = &reader->info;
    JSAMPROW luma[2 * DCTSIZE], blue[DCTSIZE], red[DCTSIZE];
    JSAMPARRAY rows[3] = {luma, blue, red};
    int height = info->max_v_samp_factor * DCTSIZE;
    for (uint32_t band = 0; info->output_scanline < info->output_height; band++) {
        point(luma, planes->luma, planes->luma_stride, band * height, height);
        point(blue, planes->blue, planes->chroma_stride, band * DCTSIZE, DCTSIZE);
        point(red, planes->red, planes->chroma_stride, band * DCTSIZE, DCTSIZE);
        jpeg_read_raw_data(info, rows, height);
    }
}

// `planes` belongs to the caller of this function, which calls setjmp, so that its members are certain
// afterwards.
static CImageStatus decode(
    JPEGReader *reader, size_t count, const CImageRequest *request, CImagePlanes *planes) {
    if (setjmp(reader->errors.escape)) return reader->errors.status;
    jpeg_reader_open(reader, count);
    jpeg_reader_limit(reader, request);
    struct jpeg_decompress_struct *info = &reader->info;
    jpeg_read_header(info, TRUE);
    if (info->image_width != request->width || info->image_height != request->height)
        jpeg_errors_fail(&reader->errors, CIMAGE_DAMAGED, "the size changed between two readings");
    if (!jpeg_reader_has_planes(reader))
        jpeg_errors_fail(&reader->errors, CIMAGE_UNSUPPORTED, "it cannot be decoded to planes");
    info->raw_data_out = TRUE;
    info->out_color_space = JCS_YCbCr;
    info->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(info);
    lay_out(reader, planes);
    read_planes(reader, planes);
    jpeg_finish_decompress(info);
    return CIMAGE_OK;
}

CImageStatus cimage_jpeg_decode_planes(
    const uint8_t *bytes, size_t count, const CImageRequest *request, CImagePlanes *planes,
    CImageReport *report) {
    JPEGReader reader;
    memset(planes, 0, sizeof *planes);
    jpeg_reader_prepare(&reader, bytes, report);
    CImageStatus status = decode(&reader, count, request, planes);
    jpeg_destroy_decompress(&reader.info);
    if (status != CIMAGE_OK) cimage_planes_free(planes);
    return status;
}

void cimage_planes_free(CImagePlanes *planes) {
    free(planes->memory);
    planes->memory = NULL;
}
