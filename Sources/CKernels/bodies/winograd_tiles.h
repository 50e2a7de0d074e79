// Which tiles a group has, and in which order they lie among its points.
//
// Tiles are numbered over images, rows and columns. A tile that is narrow in rows has only 4 of the 6 rows of
// points, likewise in columns; so that each point's tiles lie side by side, a group holds first the tiles
// that are narrow in columns, then the full ones, then those narrow in rows, then those narrow in both.

typedef struct {
    int image, top, left;
} ck_tile;

typedef struct {
    ck_tile tiles[CK_WINOGRAD_TILES];
    // Where each of the four kinds begins, and the end.
    long starts[5];
} ck_tile_group;

// Tiles of a group, by their places in it.
typedef struct {
    long begin, end;
} ck_part;

enum { CK_NARROW_COLUMNS, CK_FULL, CK_NARROW_ROWS, CK_NARROW_BOTH };

static inline int is_narrow(long extent, long start) { return extent - start <= 2; }

static inline void group_tiles(const ck_winograd *g, long first, long count, ck_tile_group *group) {
    long counts[4] = {0}, next[4], column = first % g->tile_columns, row = first / g->tile_columns % g->tile_rows;
    int image = (int)(first / g->tile_columns / g->tile_rows);
    for (int pass = 0; pass < 2; pass++) {
        long x = column, y = row;
        int i = image;
        for (long t = 0; t < count; t++) {
            int rows = is_narrow(g->output_height, y * 4), columns = is_narrow(g->output_width, x * 4);
            int kind = rows ? (columns ? CK_NARROW_BOTH : CK_NARROW_ROWS) : columns ? CK_NARROW_COLUMNS : CK_FULL;
            if (pass) group->tiles[next[kind]++] = (ck_tile){i, (int)y * 4, (int)x * 4};
            else counts[kind]++;
            if (++x == g->tile_columns) x = 0, y++;
            if (y == g->tile_rows) y = 0, i++;
        }
        group->starts[0] = 0;
        for (int kind = 0; kind < 4; kind++) {
            next[kind] = group->starts[kind];
            group->starts[kind + 1] = group->starts[kind] + counts[kind];
        }
    }
}

// The tiles that have the point of this row and column, as a range.
static inline void tiles_of_point(const ck_tile_group *group, int row, int column, long *begin,
                                  long *end) {
    int inner_row = row == 3 || row == 4, inner_column = column == 3 || column == 4;
    *begin = group->starts[inner_column ? CK_FULL : CK_NARROW_COLUMNS];
    *end = group->starts[inner_row ? CK_NARROW_ROWS : inner_column ? CK_NARROW_BOTH : CK_NARROW_BOTH + 1];
}

// Floats from one point's tiles to the next one's: an odd number of cache lines, so that a tile's 36 points
// do not compete for the same places of a cache.
static inline long point_step(long lines) { return (lines | 1) * CK_BLOCK; }
