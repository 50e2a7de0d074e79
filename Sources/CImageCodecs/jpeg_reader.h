#pragma once

#include "jpeg_errors.h"

// A file being read: libjpeg's state with ours hung into it.
typedef struct {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    JPEGErrors errors;
    const uint8_t *bytes;
    size_t exif_offset, exif_length;
    int maximum_scans;
} JPEGReader;

// Called before setjmp: nothing here can fail, and jpeg_destroy_decompress is safe from now on.
void jpeg_reader_prepare(JPEGReader *reader, const uint8_t *bytes, CImageReport *report);

// Opens the file; from here on libjpeg's errors jump to `errors.escape`.
void jpeg_reader_open(JPEGReader *reader, size_t count);

// Bounds the scans and the memory of what is decoded next.
void jpeg_reader_limit(JPEGReader *reader, const CImageRequest *request);

// Whether the picture can be decoded into planes: brightness in full, two colour planes in full or at half
// the resolution, upsampled as planes_row.h does it.
int jpeg_reader_has_planes(const JPEGReader *reader);
