// Products of numbers narrower than a float. Both sides are packed into tiles of a kilobyte, the left one as it is needed, and
// a block of 32 × 32 outputs is summed up over the whole depth before it is finished. The sum of each output runs over the
// depth in one order, wherever its row lies.

/// Blocks take panels of 16 lines in twos.
INLINE int64_t panels_in_blocks(int64_t width) { return 2 * chunks_of(width, BLOCK_SIDE); }

/// Makes a tile of the left side's kind one of the right side's kind, or the other way round.
static void turn_tile(uint8_t *tile) {
  uint32_t source[TILE_WORDS];
  memcpy(source, tile, sizeof source);
  for (int64_t row = 0; row < TILE_LINES; row += LANES)
    for (int64_t column = 0; column < TILE_LINES; column += LANES)
      transpose_square((const float *)source + row * TILE_LINES + column, TILE_LINES, LANES,
                       (float *)tile + column * TILE_LINES + row, TILE_LINES);
}

/// Transposes the sums of a block.
static void turn_block(float *sums) {
  float source[BLOCK_SIDE * BLOCK_SIDE];
  memcpy(source, sums, sizeof source);
  for (int64_t row = 0; row < BLOCK_SIDE; row += LANES)
    for (int64_t column = 0; column < BLOCK_SIDE; column += LANES)
      transpose_square(source + row * BLOCK_SIDE + column, BLOCK_SIDE, LANES, sums + column * BLOCK_SIDE + row, BLOCK_SIDE);
}

/// Fills the lines of a row in so many tiles of a panel with zeros.
INLINE void clear_row(int64_t tiles, uint8_t *line) {
  for (; tiles > 0; tiles--, line += TILE_BYTES) memset(line, 0, LINE_BYTES);
}

/// Sums up and finishes the blocks of some rows of packed tiles and some columns, and asks for lines of what the thread is likely
/// to pack then.
INLINE void multiply_blocks(const block_multiplier *multiplier, const uint8_t *left, const uint8_t *right, int64_t steps,
                            int64_t rows, int64_t first_column, int64_t last_column, const epilogue *begin,
                            const float *next_left, int64_t next_lines, float *sums) {
  int64_t panel = steps * TILE_BYTES, row_blocks = chunks_of(rows, BLOCK_SIDE);
  int64_t blocks = row_blocks * chunks_of(last_column - first_column, BLOCK_SIDE);
  if (blocks == 0) return;
  // A block asks for its part of the columns, and of the rows, that come next.
  lines_ahead ahead = {.left = (const uint8_t *)next_left,
                       .right_lines = chunks_of(2 * TILE_LINES, row_blocks),
                       .left_lines = steps == 0 ? 0 : chunks_of(next_lines, blocks * steps),
                       .output_stride = begin->stride,
                       .output_rows = steps == 0 ? 0 : chunks_of(BLOCK_SIDE, steps)};
  if (multiplier->begin) multiplier->begin();
  for (int64_t column = first_column; column < last_column; column += BLOCK_SIDE)
    for (int64_t row = 0; row < rows; row += BLOCK_SIDE) {
      epilogue e = *begin;
      int64_t place = e.turned ? column * e.stride + row : row * e.stride + column;
      int64_t lines = e.turned ? e.columns - column : rows - row;
      e.columns = e.turned ? rows - row : e.columns - column;
      e.output += place;
      if (e.before_activation) e.before_activation += place;
      if (e.slopes_at) e.slopes_at += place;
      if (e.bias) e.bias += column;
      if (e.scales.row_scales)
        e.scales = (integer_scales){e.scales.row_least + row, e.scales.row_scales + row, e.scales.column_scales + column,
                                    e.scales.column_sums + column};
      const uint8_t *columns = right + column / TILE_LINES * panel;
      const uint8_t *next = column + BLOCK_SIDE < last_column ? columns + 2 * panel : right + first_column / TILE_LINES * panel;
      ahead.right = next + row / BLOCK_SIDE * ahead.right_lines * steps * LINE_BYTES;
      ahead.output = e.output;
      ahead.slopes_at = e.slopes_at;
      multiplier->block(left + row / TILE_LINES * panel, panel, columns, panel, steps, &ahead, sums);
      ahead.left += ahead.left_lines * steps * LINE_BYTES;
      if (e.turned) turn_block(sums);
      finish(&e, (int)at_most(lines, BLOCK_SIDE), sums, BLOCK_SIDE);
    }
  if (multiplier->end) multiplier->end();
}

// MARK: Units

/// Blocks of rows of a unit: enough that what is packed of the right side is used more than once while it is near.
#define ROW_BLOCKS_OF_UNIT 3
/// Parts that the columns of a thread's last block are cut into.
#define FEWEST_COLUMN_PARTS 4

/// How outputs are cut into units. Each thread begins with a share of the rows, those that it has in other kernels as well: what
/// it wrote is near. The units of a share become smaller, so that threads end together: some blocks of rows with all columns,
/// then one block, and then one that is cut into parts of its columns.
typedef struct {
  int64_t blocks, column_blocks, shares;
  int64_t large, single, parts;  ///< units of a share
} block_units;

INLINE block_units block_units_of(const braid_device *device, int64_t rows, int64_t columns) {
  block_units units = {.blocks = chunks_of(rows, BLOCK_SIDE), .column_blocks = chunks_of(columns, BLOCK_SIDE)};
  int64_t threads = braid_device_threads(device);
  units.shares = at_most(threads, units.blocks);
  int64_t blocks = chunks_of(units.blocks, units.shares);
  if (threads > 1) {
    int64_t parts = chunks_of(threads, units.shares);
    units.parts = at_most(parts < FEWEST_COLUMN_PARTS ? FEWEST_COLUMN_PARTS : parts, units.column_blocks);
    units.single = at_most(1, blocks - 1);
    blocks -= 1 + units.single;
  }
  units.large = chunks_of(blocks, ROW_BLOCKS_OF_UNIT);
  return units;
}

INLINE int64_t units_of_share(const block_units *units) { return units->large + units->single + units->parts; }
INLINE int64_t unit_count(const block_units *units) { return units->shares * units_of_share(units); }

INLINE int64_t most_blocks(const block_units *units) { return at_most(units->blocks, ROW_BLOCKS_OF_UNIT); }

/// Outputs of a unit.
typedef struct {
  int64_t row, row_blocks, first_column, last_column;
} block_share;

/// Blocks of rows up to `end`, and one of some parts of the columns.
INLINE block_share share_between(const block_units *units, int64_t block, int64_t end, int64_t part, int64_t parts) {
  return (block_share){.row = block * BLOCK_SIDE,
                       .row_blocks = end - block,
                       .first_column = part_start(part, parts, units->column_blocks) * BLOCK_SIDE,
                       .last_column = part_start(part + 1, parts, units->column_blocks) * BLOCK_SIDE};
}

/// Of shares that have a block less than others, one unit is smaller or empty.
INLINE block_share block_share_of(const block_units *units, int64_t unit) {
  int64_t share = unit / units_of_share(units), begin = part_start(share, units->shares, units->blocks);
  int64_t end = part_start(share + 1, units->shares, units->blocks);
  int64_t cut = units->parts > 0 ? end - 1 : end, large = units->large;
  int64_t single = cut - begin < units->single ? begin : cut - units->single;
  unit %= units_of_share(units);
  if (unit < large)
    return share_between(units, begin + part_start(unit, large, single - begin),
                         begin + part_start(unit + 1, large, single - begin), 0, 1);
  unit -= large;
  if (unit < units->single) return share_between(units, single, cut, 0, 1);
  return share_between(units, cut, end, unit - units->single, units->parts);
}

// MARK: output = left · right

struct block_plan;

/// What tells one kind of narrow numbers from another.
typedef struct {
  /// Of which a line of a tile is filled.
  int64_t depth;
  /// Packs a panel of the left side, at most 16 rows; of integers also what `integer_scales` says of rows.
  void (*pack_panel)(const struct block_plan *plan, int64_t row, int64_t rows, uint8_t *panel, float *least, float *scales);
} narrow_format;

typedef struct block_plan {
  const braid_product_arguments *a;
  braid_device *device;
  narrow_format format;
  block_multiplier multiplier;
  integer_scales right_scales;  ///< without those of rows; null where numbers are not integers
  block_units units;
  int64_t steps;
} block_plan;

/// What a thread needs for some blocks of rows.
typedef struct {
  float *sums;  ///< of a block
  float *row_least, *row_scales;
  uint8_t *packed;
} block_scratch;

INLINE size_t block_bytes(int64_t blocks, int64_t steps) {
  return (size_t)(BLOCK_SIDE * (BLOCK_SIDE + 2 * blocks)) * sizeof(float) + (size_t)(blocks * 2 * steps * TILE_BYTES);
}

INLINE block_scratch scratch_of_blocks(braid_device *device, int32_t thread, int64_t blocks, int64_t steps) {
  float *sums = braid_scratch(device, thread, block_bytes(blocks, steps));
  float *least = sums + BLOCK_SIDE * BLOCK_SIDE, *scales = least + blocks * BLOCK_SIDE;
  return (block_scratch){sums, least, scales, (uint8_t *)(scales + blocks * BLOCK_SIDE)};
}

static void block_product_unit(void *context, int64_t unit, int32_t thread) {
  const block_plan *plan = context;
  const braid_product_arguments *a = plan->a;
  block_share share = block_share_of(&plan->units, unit);
  int64_t row = share.row, rows = at_most(a->rows - row, share.row_blocks * BLOCK_SIDE), steps = plan->steps;
  block_scratch scratch = scratch_of_blocks(plan->device, thread, share.row_blocks, steps);
  for (int64_t line = 0; line < share.row_blocks * BLOCK_SIDE; line += TILE_LINES)
    plan->format.pack_panel(plan, row + line, at_most(rows - line, TILE_LINES), scratch.packed + line * steps * LINE_BYTES,
                            scratch.row_least + line, scratch.row_scales + line);
  epilogue e = {.output = a->output + row * a->output_stride,
                .before_activation = a->before_activation ? a->before_activation + row * a->output_stride : NULL,
                .slopes_at = a->slopes_at ? a->slopes_at + row * a->output_stride : NULL,
                .bias = a->bias,
                .stride = a->output_stride,
                .columns = a->columns,
                .continues = a->accumulate,
                .scales = plan->right_scales,
                .activation = a->activation};
  if (e.scales.column_scales) {
    e.scales.row_least = scratch.row_least;
    e.scales.row_scales = scratch.row_scales;
  }
  // The rows of the next unit, where they follow each other.
  int64_t next_rows = a->left_stride == a->depth ? at_most(rows, a->rows - row - rows) : 0;
  multiply_blocks(&plan->multiplier, scratch.packed, (const uint8_t *)a->right, steps, rows, share.first_column,
                  share.last_column, &e, a->left + (row + rows) * a->left_stride, next_rows * a->depth / 16, scratch.sums);
}

static void block_product(braid_device *device, const braid_product_arguments *a, narrow_format format,
                          block_multiplier multiplier, integer_scales right_scales) {
  if (a->rows == 0 || a->columns == 0) return;
  block_plan plan = {.a = a, .device = device, .format = format, .multiplier = multiplier, .right_scales = right_scales};
  plan.units = block_units_of(device, a->rows, a->columns);
  plan.steps = chunks_of(a->depth, format.depth);
  braid_scratch_reserve(device, block_bytes(most_blocks(&plan.units), plan.steps));
  braid_parallel(device, unit_count(&plan.units), &plan, block_product_unit);
}

// MARK: Without instructions for it

/// Rows at once: as many as registers hold.
#define EMULATED_ROWS 4
#define EMULATED_VECTORS (BLOCK_SIDE / LANES)

/// Adds to sums what four bytes of each side give.
typedef uint_vector (*add_function)(uint_vector sums, uint_vector left, uint_vector right);

INLINE void emulated_block(const uint8_t *left, int64_t left_panel, const uint8_t *right, int64_t right_panel,
                           int64_t steps, float *sums, add_function add) {
  for (int64_t row = 0; row < BLOCK_SIDE; row += EMULATED_ROWS) {
    uint_vector sum[EMULATED_ROWS][EMULATED_VECTORS] = {0};
    const uint8_t *a = left + row / TILE_LINES * left_panel + row % TILE_LINES * LINE_BYTES;
    for (int64_t step = 0; step < steps; step++)
      for (int64_t line = 0; line < TILE_LINES; line++)
        for (int v = 0; v < EMULATED_VECTORS; v++) {
          int64_t column = v * LANES, place = step * TILE_BYTES + line * LINE_BYTES;
          uint_vector b;
          memcpy(&b, right + column / TILE_LINES * right_panel + place + column % TILE_LINES * 4, sizeof b);
          for (int r = 0; r < EMULATED_ROWS; r++) {
            uint32_t four;
            memcpy(&four, a + step * TILE_BYTES + r * LINE_BYTES + line * 4, sizeof four);
            sum[r][v] = add(sum[r][v], (uint_vector){0} + four, b);
          }
        }
    for (int r = 0; r < EMULATED_ROWS; r++)
      for (int v = 0; v < EMULATED_VECTORS; v++)
        memcpy(sums + (row + r) * BLOCK_SIDE + v * LANES, &sum[r][v], sizeof sum[r][v]);
  }
}

INLINE block_multiplier chosen_multiplier(const braid_device *device, braid_precision precision, block_function emulated) {
  block_multiplier multiplier = braid_device_block_multiplier(device, precision);
  if (!multiplier.block) multiplier.block = emulated;
  return multiplier;
}
