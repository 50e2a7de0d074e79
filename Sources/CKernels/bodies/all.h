// Included by each isa_*.c with CK_LANES (floats in its widest vector) and CK_TABLE (the table's name)
// defined.
#include "../tables.h"
#include "vectors.h"

#include "depthwise.h"
#include "dot_rows.h"
#include "epilogue.h"

const ck_table CK_TABLE = {
    .depthwise = depthwise,
    .epilogue = epilogue,
    .scale_shift = scale_shift,
    .dot_rows = dot_rows,
};
