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

// What is decoded: a rectangle of the picture after reduction by `denominator`, in stored (not upright)
// coordinates.
typedef struct {
    uint32_t x, y, width, height;
    uint32_t denominator;   // JPEG: 1, 2, 4 or 8; PNG: 1
    uint32_t full_width;    // what the header said; another size in the file is an error
    uint32_t full_height;
    uint32_t maximum_scans;
    size_t maximum_memory;  // bytes of working memory, besides the destination
} CImageRequest;

typedef struct {
    uint32_t width, height;               // set even when the status is CIMAGE_SIDE_TOO_LONG
    // the TIFF structure inside the first Exif APP1 segment; length 0: none
    size_t exif_offset, exif_length;
} CImageJPEGHeader;

// A file in memory of the library's making; give it back with cimage_free.
typedef struct {
    uint8_t *bytes;
    size_t count;
} CImageFile;

// Reads up to the first scan; allocates nothing in proportion to the picture's size.
CImageStatus cimage_jpeg_read_header(
    const uint8_t *bytes, size_t count, CImageJPEGHeader *header, CImageReport *report);

// Decodes to RGB. `rgb` has room for width * height * 3 bytes of the request. If the request reaches the last
// row, the file is read up to its end marker.
CImageStatus cimage_jpeg_decode(
    const uint8_t *bytes, size_t count, const CImageRequest *request, uint8_t *rgb, CImageReport *report);

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
