// Included by each isa_*.c with CK_LANES (floats in its widest vector) and CK_TABLE (the table's name)
// defined.
#include "../tables.h"
#include "vectors.h"

#include <math.h>

#include "blocks.h"

#include "finish.h"

#include "blocked_depthwise.h"
#include "blocked_pool.h"
#include "channels_last.h"
#include "depthwise.h"
#include "direct.h"
#include "dot_rows.h"
#include "epilogue.h"
#include "peak.h"
#include "reorder.h"
#include "tiles.h"
#include "winograd.h"

const ck_table CK_TABLE = {
    .depthwise = depthwise,
    .epilogue = epilogue,
    .scale_shift = scale_shift,
    .dot_rows = dot_rows,
    .tiles = tiles,
    .winograd_input = winograd_input,
    .winograd_output = winograd_output,
    .blocked_depthwise_rows = blocked_depthwise_rows,
    .to_blocks = to_blocks,
    .from_blocks = from_blocks,
    .blocked_max_rows = blocked_max_rows,
    .channels_last = channels_last,
    .multiply_adds = multiply_adds,
};
