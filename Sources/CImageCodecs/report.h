#pragma once

#include "CImageCodecs.h"

// Notes a reason (cut to fit) and returns the status, so that a failure is one expression.
CImageStatus cimage_report(CImageReport *report, CImageStatus status, const char *text);
