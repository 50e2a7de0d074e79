// SIMD micro-kernels, one table of them for each instruction set; the CPU is probed by `ck_table_for`.
//
// Every body under bodies/ is written once on vectors of any width and compiled once an instruction set.
// Kernels allocate nothing and trust their arguments: the Swift side checks sizes.
#pragma once

#include <stddef.h>

// From CK_AVX512_VNNI on there are products of bytes, then of bfloat16 as well, and at last of whole matrices
// of bfloat16.
typedef enum {
    CK_PORTABLE,
    CK_AVX2,
    CK_AVX512,
    CK_AVX512_VNNI,
    CK_AVX512_BF16,
    CK_AMX
} ck_instruction_set;

typedef enum {
    CK_IDENTITY,
    CK_CLIP,          // min(max(x, a), b); NaN stays NaN
    CK_LEAKY,         // x < 0 ? a x : x
    CK_HARD_SIGMOID,  // max(0, min(1, a x + b))
    CK_HARD_SWISH,    // x max(0, min(1, x / 6 + 1/2))
    CK_SIGMOID,
    CK_SILU,  // x / (1 + e^-x)
    CK_TANH,
    CK_ERF,
    CK_GELU,      // x / 2 (1 + erf(x / sqrt 2))
    CK_GELU_TANH  // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
} ck_function;

// Numbers held between low and high and rounded to the nearest multiple of step, of two as near to the even
// one: what quantising to whole numbers and back makes of them. inverse: 1 / step, rounded. A step of 0
// leaves numbers as they are.
typedef struct {
    float step, inverse, low, high;
    // What NaN becomes; at most `low`.
    float none;
} ck_grid;

typedef struct {
    ck_function function;
    float a, b;
    // What the function's results are rounded to.
    ck_grid grid;
} ck_activation;

// One plane of a depthwise convolution. The input plane is read through a band of rows copied with its zero
// border into scratch, so that the loops below know no edges.
typedef struct {
    long input_height, input_width, output_height, output_width;
    long kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
    long pad_top, pad_left;
} ck_depthwise;

// Patches of an image as columns: row (c, ky, kx), column p the output position first + p.
typedef struct {
    long channels, input_height, input_width, output_width;
    long kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
    long pad_top, pad_left;
} ck_im2col;

// A linear resize of images: row y of the output is made of the input's rows rows[2 y] and rows[2 y + 1] with
// the weights at the same places of row_weights, and columns likewise.
typedef struct {
    long input_width, output_width;
    const long *rows, *columns;
    const float *row_weights, *column_weights;
} ck_linear_resize;

// Channels of a block: `[channels / 16][rows][columns][16]`, padding channels finite where inputs are.
#define CK_BLOCK 16

// What ends a convolution: output = rest(grid(clip(leaky(sum + bias + residual)))). bias and slope have an
// element for each channel of whole blocks; slope may be NULL. The grid's own bounds are in the clip. `rest`
// is of the functions that take a call: CK_IDENTITY for none.
typedef struct {
    const float *bias, *slope;
    int clips;
    float low, high;
    ck_grid grid;
    ck_activation rest;
} ck_finish;

// The products that make up one output position: `inner` channels of a block at each of rows x columns places
// in each block, and `tail` more channels in a block that is not whole. Positions lie tile_stride floats
// apart.
typedef struct {
    long blocks, block_stride, rows, row_stride, columns, column_stride, inner, tile_stride, tail;
} ck_taps;

// Blocks of output channels that are made together: one or two, the second with its weights weight_step and
// its output and residual output_step floats behind the first's; and whether a single one, of at most eight
// channels, is made by vectors of half its width.
typedef struct {
    long count, weight_step, output_step;
    int half;
} ck_output_blocks;

// What is read soon after, from memory far away: stretches of `pieces` pieces of `piece` bytes, `step` bytes
// apart. The pieces next..<end, numbered stretch after stretch, are asked for while products are made, a line
// at a time.
typedef struct {
    const void *from;
    long step, piece, pieces, next, end;
} ck_ahead;

// Products of all input with all output channels at single positions, both halved. `blocks` of 16 channels
// are half of the input's, block_stride floats apart; `far_channel` is the first of the second half of the
// outputs, which lies `far_output` floats after the first, and blocks of outputs lie `block_output` floats
// apart. input_scale has an element for each channel of the input's second half, output_scale one for each
// output channel.
typedef struct {
    long blocks, block_stride, far_channel, far_output, block_output;
    const float *input_scale, *output_scale;
    // NULL, or what is asked for meanwhile, in pieces of ck_strassen_piece bytes.
    ck_ahead *ahead;
} ck_strassen;

#define CK_STRASSEN_RUN 28

// A 3x3 convolution of stride 1 over channel blocks, by tiles of 4x4 outputs numbered over images, rows and
// columns. Outside the plane there is `border` (an element a channel), zero where it is NULL. Weights may be
// the kernels themselves, `[outputs][inputs][3][3][16]` in float32 or float16, which are then transformed as
// they are used.
typedef struct {
    long input_blocks, output_blocks, input_height, input_width, output_height, output_width, pad_top, pad_left;
    long tile_rows, tile_columns;
    const float *border;
    int weights_are_taps;
    // Channels that the last input block lacks.
    int missing;
} ck_winograd;

// Tiles that may be transformed together.
#define CK_WINOGRAD_TILES 256

// The sums of products of one or two (`outputs`) blocks of output channels over `blocks` blocks of input
// channels. Points of a block lie block_stride elements behind those of the one before; the second output
// block's weights weight_step bytes and its sums output_step floats behind those of the first. scales: of the
// first tile's points and of those that follow, where these are whole numbers. Sums in float32 may go on from
// what the output holds (`adds`).
typedef struct {
    long blocks, block_stride, outputs, weight_step, output_step;
    const float *scales;
    int adds;
    // Channels that the last block lacks: their weights are zero, and sums in float32 may leave them out.
    int missing;
} ck_products;

// Sums of products, `[blocks][rows][16]` with block_step floats from block to block, of which `columns` are
// there: they join what the output holds (`adds`) or the bias, and are the last (`ends`) or not. Rows of the
// output lie row_stride floats apart.
typedef struct {
    long rows, columns, block_step, row_stride;
    int adds, ends;
} ck_sum_rows;

// How weights are stored. Products of bfloat16 round the input to it too, and those of the last kind both to
// whole numbers with a scale; all other sums are in float32.
typedef enum { CK_FLOAT32 = 0, CK_FLOAT16 = 1, CK_BFLOAT16 = 2, CK_INT8 = 3 } ck_precision;
#define CK_PRECISIONS 4

// Rows of whole numbers: what one tile's sums are made of has a scale of its own, which is known when all is
// there. Where weights are whole numbers, an output channel's of one sum have one too, and ck_weight_header
// goes before them.
typedef struct {
    // points[block][t][0..15] = the nearest whole numbers, ties to even, of from[block * stride + t * 16 +
    // 0..15] times (127 / the largest magnitude) for t < count; blocks of points lie point_stride elements
    // apart. scales[t] = the largest magnitude / 127; NaN where one is infinite or NaN, and 0, as the points,
    // where all are under 2^-100.
    void (*quantise)(const float *from, long stride, long blocks, long count, void *points, long point_stride,
                     float *scales);
    // The same of the windows of output positions, numbered over images from `first` on:
    // points[block][tap][t][0..15]. What stands outside is `border` (an element a channel), zero where it is
    // NULL.
    void (*quantise_windows)(const ck_depthwise *g, long blocks, const float *input, const float *border, long first,
                             long count, void *points, long point_stride, float *scales);
    // The points of the tiles begin..<end of the group first..<first + count, as below, and their
    // scales[36][count]. scratch: ck_winograd_points(input_blocks, end - begin) floats.
    void (*winograd_input)(const ck_winograd *g, const float *input, long first, long count, long begin, long end,
                           void *points, float *scales, float *scratch);
    // The weights of one sum, from rows [count][16].
    void (*pack)(const float *rows, long count, void *packed);
} ck_row_kernels;

typedef struct {
    // What a whole number of each output channel stands for, and what starts its sum.
    float scale[CK_BLOCK];
    int start[CK_BLOCK];
} ck_weight_header;

// What depends on the precision. Points are inputs in the form that `products` reads, `[blocks][tiles][16]`.
typedef struct {
    long point_bytes, weight_bytes;
    // points[36][input_blocks][count][16] of one block of the tiles first..<first + count, transformed. The
    // 36 parts lie an odd number of 16 elements apart: ck_winograd_points has their size. NULL where there
    // are `rows`.
    void (*winograd_input)(const ck_winograd *g, const float *input, long block, long first, long count,
                           void *points);
    // points[t][0..15] = from[t * stride + 0..15] for t < count; floats where there are `rows`, which
    // `quantise` takes.
    void (*gather)(const float *from, long stride, long count, void *points);
    // output[t][0..15] = the sum over blocks and k of points[block * block_stride + t * 16 + k] *
    // weights[block][k][0..15], for t < count; bfloat16 weights are [block][k / 2][0..15][k % 2], and of each
    // two the second is summed first, as the instructions for them do.
    void (*products)(const ck_products *g, const void *points, const void *weights, long count, float *output);
    // NULL where points and weights are no whole numbers.
    const ck_row_kernels *rows;
} ck_precision_kernels;

// Rows of output positions, all columns of each, of one or two (`outputs`) blocks of output channels. Points
// are cells of one to four input blocks, `cell` bytes a position, `pitch` positions from row to row. Cells of
// the next blocks lie cell_stride bytes behind; offsets has the bytes from a position to what each tap of its
// window reads. The second output block's weights lie weight_step bytes and its output and residual
// output_step floats behind those of the first.
typedef struct {
    long cells, cell_stride, cell, taps;
    const long *offsets;
    long rows, width, pitch, outputs, weight_step, output_step;
} ck_windows;

// The cells of neighbouring positions, `stride` floats apart in the input: `blocks` blocks that are there,
// block_step floats apart, of the cell_blocks that a cell has. Bytes are x * inverse + zero, which is one of
// 0...255.
typedef struct {
    long blocks, cell_blocks, block_step, stride;
    float inverse;
    int zero;
} ck_cells;

// Positions that are multiplied together. Points are read of as many as fill the last such group.
#define CK_WINDOW_GROUP 16

// Convolutions as one matrix product over windows that are read where they are, each element by every tap.
// Numbers are bfloat16, or bytes by signed bytes.
typedef struct {
    // points[t][block][0..15] = the numbers of from[block * block_step + t * stride + 0..15] for t < count;
    // those of 0 for blocks that are not there.
    void (*points)(const ck_cells *g, const float *from, long count, void *points);
    // The rows, finished. weights of a block: [cells][taps][a cell's channels / k][16][k], k numbers in four
    // bytes; before them, where they are bytes, a ck_weight_header. Of each 32 products of bfloat16 the even
    // and the odd ones are summed from zero on their own, then both sums together go into the whole: the
    // order of the instructions for it. Sums of bytes are exact, and rounded as they become floats and as
    // they take their scale.
    void (*rows)(const ck_windows *g, const ck_finish *f, const void *points, const void *weights, long channel,
                 const float *residual, float *output);
} ck_window_kernels;

// Rows first..<first + count of one block of a depthwise convolution, finished. input: the block's plane;
// residual, output: those rows; weights: [kernel_height][kernel_width][16].
typedef void (*ck_depthwise_rows)(const ck_depthwise *g, const ck_finish *f, const float *input, const float *weights,
                                  long channel, long first, long count, const float *residual, float *output);

typedef struct {
    // output = convolution of one plane, without bias. scratch holds ck_depthwise_scratch_count floats.
    void (*depthwise)(const ck_depthwise *g, const float *input, const float *weights, float *output,
                      float *scratch);
    // output[i] = activation(input[i] + bias + residual[i]); residual may be NULL, output either input.
    void (*epilogue)(const float *input, const float *residual, float *output, long count, float bias,
                     ck_activation activation);
    // output[i] = input[i] * scale + shift; output may be the input.
    void (*scale_shift)(const float *input, float *output, long count, float scale, float shift);
    // Softmax of neighbouring elements; output may be the input.
    void (*softmax_line)(const float *input, float *output, long count);
    // output[i] = (input[i] - mean) / sqrt(variance + epsilon) * scale[i] + shift[i]; without both where
    // scale is NULL, without shift where that is. output may be the input. statistics: NULL, or room for the
    // mean and for the inverse of the root.
    void (*normalise_line)(const float *input, const float *scale, const float *shift, float *output, long count,
                           float epsilon, float *statistics);
    // The same of the channels of each of `count` positions of an image in blocks, `step` floats apart; scale
    // and shift, of whole blocks, are there. output may be the input.
    void (*normalise_channels)(const float *input, long step, long channels, long count, const float *scale,
                               const float *shift, float epsilon, float *output);
    // output[r] = sum over i of rows[r * stride + i] * probe[i]. stride is a multiple of 16; rows and probe
    // are 64-byte aligned and zero from the true length up to stride. A row's sum depends on that row alone.
    void (*dot_rows)(const float *rows, long stride, long count, const float *probe, float *output);
    // `count` positions of one or two blocks of output channels, finished, side by side in output and
    // residual (which may be NULL or the output). weights: [blocks][rows][columns][inner][16]. channel: the
    // first block's first.
    void (*tiles)(const ck_taps *g, const ck_output_blocks *o, const ck_finish *f, const float *input,
                  const float *weights, long channel, long count, const float *residual, float *output);
    // A run of `count` positions, 2 to CK_STRASSEN_RUN, of the pairs first..<first + pairs of output blocks,
    // one of either half; finished. weights: [pairs][7][blocks][16][16]. scratch: ck_strassen_scratch floats.
    void (*strassen)(const ck_strassen *g, const ck_finish *f, const float *input, long count, const float *weights,
                     long first, long pairs, const float *residual, float *output, float *scratch);
    const ck_precision_kernels *precisions[CK_PRECISIONS];
    // NULL where there are no instructions for it; those of plain C are for tests.
    const ck_window_kernels *windows;
    // The same for bytes: NULL, or plain C's, likewise.
    const ck_window_kernels *byte_windows;
    // The output blocks block..<block + outputs, one or two, of the tiles first..<first + count, finished.
    // weights: [outputs][36][input_blocks][16][16] as `kernels` read them, or taps; scales: NULL, or
    // [36][count]; products: outputs times ck_winograd_products floats of scratch; residual and output: of
    // all images.
    void (*winograd_output)(const ck_winograd *g, const ck_finish *f, const ck_precision_kernels *kernels,
                            const void *points, const float *scales, const void *weights, long block, long outputs,
                            long first, long count, const float *residual, float *output, float *products);
    // output[i] = finished(sums[i]) for `count` positions of one block, whose first channel is `channel`;
    // residual may be NULL or the output.
    void (*finish_sums)(const ck_finish *f, const float *sums, long channel, long count, const float *residual,
                        float *output);
    // What g says of the sums becomes rows of the output; channel: the first column's. The sums are written
    // over; residual lies as the output does, and may be NULL or, with the first sums, the output itself. The
    // bias may be NULL for zeros here.
    void (*finish_rows)(const ck_finish *f, const ck_sum_rows *g, float *sums, long channel, const float *residual,
                        float *output);
    // Weights [outputs][inputs][3][3] of one block of output channels, transformed:
    // [36][input_blocks][16][16] as the precision's products read them. largest: the greatest magnitude in
    // each of the sixteen channels.
    void (*winograd_weights)(const float *weights, long inputs, long outputs, long block, ck_precision precision,
                             void *packed, float *largest);
    // Rows [count][16] of weights as the precision's products read them, and the same magnitudes.
    void (*pack_rows)(const float *rows, long count, ck_precision precision, void *packed, float *largest);
    // 3x3 kernels of stride 1 are for the second, with weights [3 columns][4][16], transformed; its `first`
    // is even. So is the `count` of the third, which puts out the largest of each 2x2 outputs instead, and
    // takes no residual.
    ck_depthwise_rows blocked_depthwise_rows, winograd_depthwise_rows, pooled_depthwise_rows;
    // to[c * step + r] = from[r * stride + c] for r < rows, c < columns, which lie apart. Elements of any
    // kind, as they are only moved.
    void (*transpose)(const float *from, long stride, long rows, long columns, float *to, long step);
    // Planes of channels as channel blocks, and back.
    void (*to_blocks)(const float *planes, long channels, long plane, float *blocks);
    void (*from_blocks)(const float *blocks, long channels, long plane, float *planes);
    // Rows first..<first + count of one block's largest elements of each window; the border is no element.
    void (*blocked_max_rows)(const ck_depthwise *g, const float *input, long first, long count, float *output);
    // The mean of each channel of a block over its plane: output[0..15].
    void (*blocked_mean)(const float *input, long plane, float *output);
    // Rows first..<first + count of one block's means of each window: the sum of what lies inside the input
    // over row_taps[y] * column_taps[x], 0 where that is 0.
    void (*blocked_mean_rows)(const ck_depthwise *g, const float *input, const float *row_taps, const float *column_taps,
                              long first, long count, float *output);
    // Rows first..<first + count of a plane's resize, and of one block's with a residual added, which may be
    // NULL or the output.
    void (*resize_rows)(const ck_linear_resize *g, const float *plane, long first, long count, float *output);
    void (*blocked_resize_rows)(const ck_linear_resize *g, const float *plane, long first, long count,
                                const float *residual, float *output);
    // output[i][0..15] = input[i][0..15] * scale[0..15] + shift[0..15] for i < count; scale and shift may be
    // NULL, and the output the input.
    void (*channel_affine)(const float *input, const float *scale, const float *shift, long count, float *output);
    // output[i][to..<to + channels] = input[i][from..<from + channels] for i < count, all within the 16 of a
    // block. Other lanes stay as they are where it `keeps` them, and are 0 otherwise.
    void (*merge_channels)(const float *input, long from, long to, long channels, long count, int keeps, float *output);
    // output[plane][channels]: the channels from `first` on of an image in blocks.
    void (*channels_last)(const float *blocks, long plane, long first, long channels, float *output);
    // ONNX QuantizeLinear to bytes: output[i] = input[i] / scale, rounded to the nearest, ties to even, plus
    // zero, held between low and high; the byte's low bits where it is signed. NaN becomes low.
    void (*quantise_line)(const float *input, long count, float scale, int zero, int low, int high,
                          unsigned char *output);
    // ONNX DequantizeLinear of bytes, signed ones or not: output[i] = (input[i] - zero) * scale.
    void (*dequantise_line)(const unsigned char *input, int is_signed, long count, float scale, int zero, float *output);
    // The least and the largest of 0 and all elements; NaN is left out.
    void (*extent)(const float *input, long count, float *least, float *largest);
    // Multiplies and adds in registers; answers how many times. sink: 16 floats to begin with and to end in.
    // The second with vectors of eight, where the widest have sixteen; NULL elsewhere.
    long (*multiply_adds)(long rounds, float *sink);
    long (*half_multiply_adds)(long rounds, float *sink);
} ck_table;

// The kernels of an instruction set, or NULL where the CPU, or the system for its registers, lacks it.
const ck_table *ck_table_for(ck_instruction_set set);

// Elements of the points of so many tiles, and floats of the products of one block of output channels.
static inline long ck_winograd_points(long blocks, long count) { return 36 * (blocks * count | 1) * CK_BLOCK; }
static inline long ck_winograd_products(long count) { return ck_winograd_points(1, count); }

// Bytes before the weights of each sum.
static inline long ck_weight_header_bytes(const ck_precision_kernels *kernels) {
    return kernels->rows ? (long)sizeof(ck_weight_header) : 0;
}

// Bytes that are asked for during one of `strassen`'s seven products: a line for each channel.
static inline long ck_strassen_piece(long blocks) { return blocks * CK_BLOCK * 64; }

// Floats of scratch that `strassen` needs for so many positions.
static inline long ck_strassen_scratch(long blocks, long count) {
    return (4 * blocks + 6) * ((count + 1) / 2) * CK_BLOCK;
}

// Floats of scratch that `depthwise` needs.
long ck_depthwise_scratch_count(const ck_depthwise *g);

// Writes columns[row * count + p] for all rows and p in 0..<count.
void ck_im2col_columns(const ck_im2col *g, const float *input, long first, long count, float *columns);

// Tells the CPU that the caller spins.
static inline void ck_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
