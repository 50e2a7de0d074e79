// libjpeg and libpng for Swift. Both report errors by longjmp, which must not cross a Swift frame: every
// function here returns a status instead, writes its reason into the caller's report, and prints nothing. All
// functions are pure in the sense that they keep no state between calls; any thread may call them.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CIMAGE_OK = 0,
    CIMAGE_DAMAGED,        // truncated or corrupt data
    CIMAGE_UNSUPPORTED,    // well formed as far as seen, in a variety that the library lacks
    CIMAGE_SIDE_TOO_LONG,  // a side beyond what the library can represent
    CIMAGE_MEMORY,         // the memory limit of the request would be passed
    CIMAGE_SCANS,          // the scan limit of the request was passed
} CImageStatus;

typedef struct {
    int warnings;    // tolerated oddities met so far
    char text[256];  // the library's reason, NUL terminated; empty when the status is CIMAGE_OK
} CImageReport;

// What is decoded, and what it may cost.
typedef struct {
    uint32_t width, height;  // what the header said; another size in the file is an error
    uint32_t maximum_scans;
    size_t maximum_memory;   // bytes of working memory, besides the destination
} CImageRequest;

typedef struct {
    uint32_t width, height;               // set even when the status is CIMAGE_SIDE_TOO_LONG
    // the TIFF structure inside the first Exif APP1 segment; length 0: none
    size_t exif_offset, exif_length;
    int has_planes;  // whether cimage_jpeg_decode_planes takes the file
} CImageJPEGHeader;

// A JPEG picture decoded but not yet made RGB: brightness in full, and two colour planes, each at half the
// resolution in one or both directions where the file has them so.
typedef struct {
    uint8_t *luma, *blue, *red;  // rows of `luma_stride` and `chroma_stride` bytes
    size_t luma_stride, chroma_stride;
    uint32_t width, height;
    uint32_t chroma_width, chroma_height;
    int halves_columns, halves_rows;
    void *memory;  // what cimage_planes_free frees
} CImagePlanes;

// Where one output position of a resize samples: two pixels, weighted in units of 1/2048.
typedef struct {
    uint32_t first, second;
    int32_t first_weight, second_weight;
} CImageTap;

// How a network wants its pixels: the byte of an RGB pixel that feeds each plane, another for each, and
// (value - mean) / deviation.
typedef struct {
    uint32_t channel[3];
    float mean[3], deviation[3], factor[3];
    int multiplies;  // whether for every value of a byte `factor`, 1 / deviation, times it gives the same to the bit
} CImageEncoding;

// Rows of RGB pixels without gaps.
typedef struct {
    const uint8_t *rgb;
    uint32_t width, height;
} CImageSource;

// Where the pixel (x, y) of an output lies in the source: (a x + b y + tx, c x + d y + ty).
typedef struct {
    double a, b, tx, c, d, ty;
} CImageAffine;

// Loops over pixels, compiled for each instruction set; all give the same bytes.
typedef struct {
    // RGB of columns x..<x + count of row y, as libjpeg makes it.
    void (*planes_row)(const CImagePlanes *planes, uint32_t x, uint32_t y, uint32_t count, uint8_t *rgb);
    // `count` RGB pixels sampled from a row of `line_bytes` bytes, in units of 1/128, cut off.
    void (*resize_across)(
        const uint8_t *line, size_t line_bytes, const CImageTap *taps, uint32_t count, int16_t *out);
    // `count` bytes of two such rows, weighted by `tap`.
    void (*resize_down)(
        const int16_t *first, const int16_t *second, CImageTap tap, size_t count, uint8_t *out);
    // Rounded means of the blocks in `lines` (1...64) rows of RGB; `sums` has room for a row.
    void (*block_means)(
        const uint8_t *rgb, uint32_t width, uint32_t lines, uint32_t factor, uint16_t *sums, uint8_t *out);
    // `count` floats in each of three planes, which start `stride` apart.
    void (*float_planes)(
        const uint8_t *rgb, size_t count, const CImageEncoding *encoding, float *planes, size_t stride);
    // The first `count` RGB pixels of row y of a picture moved by the inverse of `affine`.
    void (*warp_row)(
        const CImageSource *source, const CImageAffine *affine, uint32_t y, uint32_t count, uint8_t *out);
} CImagePixelTable;

typedef enum { CIMAGE_PORTABLE = 0, CIMAGE_AVX2, CIMAGE_AVX512 } CImageInstructionSet;

// NULL where this CPU lacks the instructions.
const CImagePixelTable *cimage_pixels_for(CImageInstructionSet set);

// A file in memory of the library's making; give it back with cimage_free.
typedef struct {
    uint8_t *bytes;
    size_t count;
} CImageFile;

// Reads up to the first scan; allocates nothing in proportion to the picture's size.
CImageStatus cimage_jpeg_read_header(
    const uint8_t *bytes, size_t count, CImageJPEGHeader *header, CImageReport *report);

// Decodes to RGB. `rgb` has room for width * height * 3 bytes. The file is read up to its end marker.
CImageStatus cimage_jpeg_decode(
    const uint8_t *bytes, size_t count, const CImageRequest *request, uint8_t *rgb, CImageReport *report);

// Decodes to planes; otherwise as cimage_jpeg_decode. Give them back with cimage_planes_free; there are none
// unless the status is CIMAGE_OK.
CImageStatus cimage_jpeg_decode_planes(
    const uint8_t *bytes, size_t count, const CImageRequest *request, CImagePlanes *planes,
    CImageReport *report);

void cimage_planes_free(CImagePlanes *planes);

// Writes a baseline JPEG file, quality 1...100.
CImageStatus cimage_jpeg_encode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, CImageFile *file, CImageReport *report);

// Decodes to RGB, transparent pixels over white; otherwise as cimage_jpeg_decode.
CImageStatus cimage_png_decode(
    const uint8_t *bytes, size_t count, const CImageRequest *request, uint8_t *rgb, CImageReport *report);

// Writes an 8-bit RGB PNG file.
CImageStatus cimage_png_encode(
    const uint8_t *rgb, uint32_t width, uint32_t height, CImageFile *file, CImageReport *report);

void cimage_free(CImageFile *file);
