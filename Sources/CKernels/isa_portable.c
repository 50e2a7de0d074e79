// What every CPU of the architecture has.
#define CK_LANES 4
#include "bodies/all.h"

#include "bodies/window_rows.h"
#include "bodies/window_sums.h"
#include "bodies/byte_points.h"
#include "bodies/byte_sums.h"

static const ck_window_kernels bfloat16_windows = {bfloat16_points, bfloat16_rows};
static const ck_window_kernels byte_windows = {byte_points, byte_rows};
CK_DEFINE_TABLE(ck_table_portable, &bfloat16_kernels, &int8_kernels, &bfloat16_windows, &byte_windows)
