#include "report.h"

#include <stdlib.h>
#include <string.h>

CImageStatus cimage_report(CImageReport *report, CImageStatus status, const char *text) {
    size_t length = strlen(text);
    if (length >= sizeof report->text) length = sizeof report->text - 1;
    memcpy(report->text, text, length);
    report->text[length] = 0;
    return status;
}

void cimage_free(CImageFile *file) {
    free(file->bytes);
    file->bytes = NULL;
    file->count = 0;
}
