// Included by each pixels_*.c with CIMAGE_TABLE, the table's name, defined.
#include "../include/CImageCodecs.h"

#include "block_means.h"
#include "float_planes.h"
#include "planes_row.h"
#include "resize_rows.h"
#include "warp_row.h"

extern const CImagePixelTable CIMAGE_TABLE;

const CImagePixelTable CIMAGE_TABLE = {
    .planes_row = planes_row,
    .resize_across = resize_across,
    .resize_down = resize_down,
    .block_means = block_means,
    .float_planes = float_planes,
    .warp_row = warp_row,
};
