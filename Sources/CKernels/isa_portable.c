// What every CPU of the architecture has.
#define CK_LANES 4
#include "bodies/all.h"

#include "bodies/window_rows.h"
#include "bodies/window_sums.h"

static const ck_window_kernels window_kernels = {window_points, window_rows};
CK_DEFINE_TABLE(ck_table_portable, &bfloat16_kernels, &int8_kernels, &window_kernels)
