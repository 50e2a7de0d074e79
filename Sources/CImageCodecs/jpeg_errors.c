#include "jpeg_errors.h"

#include <jerror.h>
#include <string.h>

// Damaged data makes libjpeg warn again and again; a sound file has one or two oddities.
enum { tolerated_warnings = 32 };

_Noreturn void jpeg_errors_fail(JPEGErrors *errors, CImageStatus status, const char *text) {
    errors->status = cimage_report(errors->report, status, text);
    longjmp(errors->escape, 1);
}

static CImageStatus status_of(int code) {
    switch (code) {
    case JERR_IMAGE_TOO_BIG:
        return CIMAGE_SIDE_TOO_LONG;
    // The memory manager has no disk to spill to: the limit is passed.
    case JERR_NO_BACKING_STORE:
    case JERR_OUT_OF_MEMORY:
        return CIMAGE_MEMORY;
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
#if JPEG_LIB_VERSION < 70
    case JERR_ARITH_NOTIMPL:
#endif
        return CIMAGE_UNSUPPORTED;
    default:
        return CIMAGE_DAMAGED;
    }
}

static _Noreturn void fail_with_message(j_common_ptr info) {
    JPEGErrors *errors = (JPEGErrors *)info->err;
    char text[JMSG_LENGTH_MAX];
    errors->base.format_message(info, text);
    jpeg_errors_fail(errors, status_of(errors->base.msg_code), text);
}

// Oddities after which the pixels are still what the writer meant. Any other warning means that libjpeg fills
// in pixels that the file doesn't hold: premature end, bad codes, lost synchronisation.
static int is_harmless(int code) {
    switch (code) {
    case JWRN_EXTRANEOUS_DATA:  // bytes before a marker, as some cameras leave them
    case JWRN_ADOBE_XFORM:      // unknown transform code in an Adobe segment
    case JWRN_JFIF_MAJOR:       // unknown JFIF revision
    case JWRN_NOT_SEQUENTIAL:   // spectral parameters that a sequential file need not state right
        return 1;
    default:
        return 0;
    }
}

// Level -1 is a warning, 0 and above are traces, which nobody asked for.
static void emit_message(j_common_ptr info, int level) {
    if (level >= 0) return;
    JPEGErrors *errors = (JPEGErrors *)info->err;
    if (!is_harmless(errors->base.msg_code)) fail_with_message(info);
    errors->report->warnings += 1;
    if (errors->report->warnings > tolerated_warnings) fail_with_message(info);
}

static void print_nothing(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *jpeg_errors_start(JPEGErrors *errors, CImageReport *report) {
    memset(report, 0, sizeof *report);
    errors->report = report;
    errors->status = CIMAGE_DAMAGED;
    jpeg_std_error(&errors->base);
    errors->base.error_exit = fail_with_message;
    errors->base.emit_message = emit_message;
    errors->base.output_message = print_nothing;
    return &errors->base;
}
