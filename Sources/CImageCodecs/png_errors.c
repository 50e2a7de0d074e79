#include "png_errors.h"

#include <string.h>

void png_errors_start(PNGErrors *errors, CImageReport *report) {
    memset(report, 0, sizeof *report);
    errors->report = report;
    errors->status = CIMAGE_DAMAGED;
}

_Noreturn void png_errors_fail(png_structp png, png_const_charp text) {
    PNGErrors *errors = png_get_error_ptr(png);
    cimage_report(errors->report, errors->status, text);
    longjmp(errors->escape, 1);
}

// libpng warns about ancillary matters only; whatever leaves pixels undefined is an error there.
void png_errors_warn(png_structp png, png_const_charp text) {
    (void)text;
    PNGErrors *errors = png_get_error_ptr(png);
    errors->report->warnings += 1;
}
