// The frame of convolutions over windows in place: positions are numbered through the rows that are read,
// pitch included, so that a tap of sixteen positions is one piece of memory wherever rows end. What lies
// between rows is multiplied too, and left out as outputs are written.

// output[b][t][0..15], for each of g->outputs blocks and groups * count positions, of which `left` are there,
// a block CK_WINDOW_SUMS floats behind the other. Positions beyond need not be written.
typedef void window_sums(const ck_windows *g, const char *points, const char *weights, long groups, long count, long left,
                         float *output);

#define CK_WINDOW_SUMS (2 * CK_WINDOW_GROUP * CK_BLOCK)

// The outputs among the positions first..<end.
static void finish_windows(const ck_windows *g, const ck_finish *f, const float *sums, long first, long end,
                           long channel, const float *residual, float *output) {
    for (long row = first / g->pitch, start = row * g->pitch; start < end; row++, start += g->pitch) {
        long from = ck_max(first, start), to = ck_min(end, start + g->width);
        if (from >= to) continue;
        long at = (row * g->width + from - start) * CK_BLOCK;
        finish_sums(f, sums + (from - first) * CK_BLOCK, channel, to - from, residual ? residual + at : 0, output + at);
    }
}

static inline long window_positions(const ck_windows *g) { return (g->rows - 1) * g->pitch + g->width; }

// Positions of a group of `most` or fewer: groups of even size beat full ones with a small rest.
static inline long window_group(const ck_windows *g, long most) {
    const long positions = window_positions(g), groups = (positions + most - 1) / most;
    return (positions + groups - 1) / groups;
}

// `sums` makes `together` groups of `most` positions at a time, CK_WINDOW_SUMS floats at most.
static inline __attribute__((always_inline)) void window_rows(window_sums sums_of, long most, long together,
                                                              const ck_windows *g, const ck_finish *f, const void *points,
                                                              const void *weights, long channel, const float *residual,
                                                              float *output) {
    float sums[2 * CK_WINDOW_SUMS] __attribute__((aligned(64)));
    const long positions = window_positions(g), count = window_group(g, most), groups = (positions + count - 1) / count;
    for (long group = 0; group < groups; group += together) {
        const long first = group * count, now = ck_min(together, groups - group);
        sums_of(g, (const char *)points + first * g->cell, weights, now, count, positions - first, sums);
        for (long b = 0; b < g->outputs; b++)
            finish_windows(g, f, sums + b * CK_WINDOW_SUMS, first, ck_min(first + now * count, positions),
                           channel + b * CK_BLOCK, residual ? residual + b * g->output_step : 0,
                           output + b * g->output_step);
    }
}
