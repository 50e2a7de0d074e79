// What every CPU of the architecture has.
#define CIMAGE_TABLE cimage_pixels_portable
#include "bodies/all.h"
