#pragma once

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include "report.h"

// libjpeg's error manager with the way out. `base` comes first: libjpeg hands back a pointer to it.
typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    CImageStatus status;
    CImageReport *report;
} JPEGErrors;

// Prepares `errors` for jpeg_decompress_struct.err or its sibling. The caller does the setjmp on `escape`.
struct jpeg_error_mgr *jpeg_errors_start(JPEGErrors *errors, CImageReport *report);

// Leaves through `escape` with a reason of our own.
_Noreturn void jpeg_errors_fail(JPEGErrors *errors, CImageStatus status, const char *text);
