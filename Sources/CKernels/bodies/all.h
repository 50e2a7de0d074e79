// Included by each isa_*.c with CK_LANES (floats in its widest vector) defined; CK_DEFINE_TABLE then makes
// its table.
#include "../tables.h"
#include "vectors.h"

#include <math.h>

#include "grid.h"
#include "blocks.h"

#include "finish.h"

#include "functions.h"
#include "epilogue.h"

#include "blocked_depthwise.h"
#include "winograd_depthwise.h"
#include "blocked_pool.h"
#include "blocked_mean.h"
#include "channel_affine.h"
#include "merge_channels.h"
#include "channels_last.h"
#include "depthwise.h"
#include "direct.h"
#include "dot_rows.h"
#include "linear_resize.h"
#include "lines.h"
#include "linear_quantization.h"
#include "peak.h"
#include "transpose.h"
#include "reorder.h"
#include "scale_shift.h"
#include "strassen.h"

#include "narrow.h"
#include "points.h"
#include "product_frame.h"
#include "products.h"
#include "gather.h"
#include "winograd_transforms.h"
#include "winograd_tiles.h"
#include "winograd_input.h"
#include "winograd_kernels.h"
#include "winograd_few.h"
#include "winograd_output.h"
#include "finish_sums.h"
#include "finish_rows.h"
#include "weights.h"
#include "quantise.h"
#include "quantise_windows.h"
#include "whole_products.h"

CK_WINOGRAD_INPUT(winograd_input, CK_POINTS_FLOAT)
CK_WINOGRAD_INPUT(winograd_input_rounded, CK_POINTS_ROUNDED)
CK_GATHER(gather, CK_POINTS_FLOAT)
CK_GATHER(gather_rounded, CK_POINTS_ROUNDED)

static const ck_precision_kernels float32_kernels = {4, 4, winograd_input, gather, products_float32, 0};
static const ck_precision_kernels float16_kernels = {4, 2, winograd_input, gather, products_float16, 0};
// The same results as of CPUs with bfloat16 products, up to the order of sums.
static const ck_precision_kernels bfloat16_kernels = {4, 2, winograd_input_rounded, gather_rounded,
                                                      products_bfloat16, 0};
// Whole numbers in float32, the sums exact: the same results as of CPUs with products of bytes.
static const ck_row_kernels int8_rows = {quantise, quantise_windows, winograd_input_rows, pack_whole};
static const ck_precision_kernels int8_kernels = {4, 2, 0, gather, products_whole, &int8_rows};

#define CK_DEFINE_TABLE(NAME, BFLOAT16, INT8, WINDOWS, BYTE_WINDOWS)                                        \
    const ck_table NAME = {                                                                                 \
        .depthwise = depthwise,                                                                             \
        .epilogue = epilogue,                                                                               \
        .scale_shift = scale_shift,                                                                         \
        .softmax_line = softmax_line,                                                                       \
        .normalise_line = normalise_line,                                                                   \
        .normalise_channels = normalise_channels,                                                           \
        .dot_rows = dot_rows,                                                                               \
        .tiles = tiles,                                                                                     \
        .strassen = strassen,                                                                               \
        .precisions = {&float32_kernels, &float16_kernels, BFLOAT16, INT8},                                 \
        .windows = WINDOWS,                                                                                 \
        .byte_windows = BYTE_WINDOWS,                                                                       \
        .winograd_output = winograd_output,                                                                 \
        .finish_sums = finish_sums,                                                                         \
        .finish_rows = finish_rows,                                                                         \
        .winograd_weights = winograd_weights,                                                               \
        .pack_rows = pack_rows,                                                                             \
        .blocked_depthwise_rows = blocked_depthwise_rows,                                                   \
        .winograd_depthwise_rows = winograd_depthwise_rows,                                                 \
        .pooled_depthwise_rows = pooled_depthwise_rows,                                                     \
        .transpose = transpose,                                                                             \
        .to_blocks = to_blocks,                                                                             \
        .from_blocks = from_blocks,                                                                         \
        .blocked_max_rows = blocked_max_rows,                                                               \
        .blocked_mean = blocked_mean,                                                                       \
        .blocked_mean_rows = blocked_mean_rows,                                                             \
        .resize_rows = resize_rows,                                                                         \
        .blocked_resize_rows = blocked_resize_rows,                                                         \
        .channel_affine = channel_affine,                                                                   \
        .merge_channels = merge_channels,                                                                   \
        .channels_last = channels_last,                                                                     \
        .quantise_line = quantise_line,                                                                     \
        .dequantise_line = dequantise_line,                                                                 \
        .extent = extent,                                                                                   \
        .multiply_adds = multiply_adds,                                                                     \
        .half_multiply_adds = CK_HALF_MULTIPLY_ADDS,                                                        \
    };
