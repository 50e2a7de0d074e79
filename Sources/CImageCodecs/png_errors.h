#pragma once

#include <setjmp.h>

#include <png.h>

#include "report.h"

// What libpng's error functions need; `escape` is ours, not libpng's own, so that its layout doesn't matter.
typedef struct {
    jmp_buf escape;
    CImageStatus status;
    CImageReport *report;
} PNGErrors;

void png_errors_start(PNGErrors *errors, CImageReport *report);

// For png_create_read_struct and png_create_write_struct, with a PNGErrors as the error pointer.
_Noreturn void png_errors_fail(png_structp png, png_const_charp text);
void png_errors_warn(png_structp png, png_const_charp text);
