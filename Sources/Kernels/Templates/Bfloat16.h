// Matrix products of bfloat16 numbers with sums in single precision. Both sides are packed into tiles of a kilobyte, the
// left one as it is needed, and a block of 32 × 32 outputs is summed up over the whole depth before it is finished. The sum
// of each output runs over the depth in one order, wherever its row lies.

/// Numbers are rounded to the nearest with an even last bit; the result is the upper half of each lane.
INLINE uint_vector rounded_bits(vector x) {
  uint_vector bits = (uint_vector)x, rounded = bits + 0x7FFFu + ((bits >> 16) & 1u);
  return (uint_vector)choose(x == x, (vector)rounded, (vector)(bits | 0x00400000u));
}

INLINE uint_vector paired(vector first, vector second) {
  return (rounded_bits(first) >> 16) | (rounded_bits(second) & 0xFFFF0000u);
}

INLINE void store_pairs(uint32_t *target, uint_vector pairs) { memcpy(target, &pairs, sizeof pairs); }

#if LANES == 4
#define EVEN_LANES 0, 2, 4, 6
#define ODD_LANES 1, 3, 5, 7
#elif LANES == 8
#define EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15
#elif LANES == 16
#define EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#endif

/// Tile rows of 16 pairs: the pairs of neighbours in each row of `stride` floats. At most 16 rows of 32 values; zeros beyond.
static void pairs_along_rows(const float *source, int64_t stride, int64_t rows, int64_t count, uint32_t *tile) {
  for (int64_t row = 0; row < BFLOAT16_WIDTH; row++, source += stride)
    for (int64_t pair = 0; pair < BFLOAT16_WIDTH; pair += LANES) {
      uint_vector pairs = {0};
      if (row < rows) {
        vector low = load_within(source, 2 * pair, count), high = load_within(source, 2 * pair + LANES, count);
        pairs = paired(__builtin_shufflevector(low, high, EVEN_LANES), __builtin_shufflevector(low, high, ODD_LANES));
      }
      store_pairs(tile + row * BFLOAT16_WIDTH + pair, pairs);
    }
}

/// Values further on in a row that are asked for while a tile is read.
#define AHEAD_IN_ROW (2 * BFLOAT16_WIDTH)

/// The same of each column's neighbours: two rows make one of the tile. At most 32 rows of 16 values.
static void pairs_across_rows(const float *source, int64_t stride, int64_t rows, int64_t count, uint32_t *tile) {
  for (int64_t row = 0; row < BFLOAT16_DEPTH; row += 2, source += 2 * stride) {
    // The tile to the right: a stretch of each row is read in turn, which nothing else would foresee.
    __builtin_prefetch(source + AHEAD_IN_ROW);
    __builtin_prefetch(source + stride + AHEAD_IN_ROW);
    for (int64_t column = 0; column < BFLOAT16_WIDTH; column += LANES) {
      vector first = row < rows ? load_within(source, column, count) : splat(0);
      vector second = row + 1 < rows ? load_within(source + stride, column, count) : splat(0);
      store_pairs(tile + row / 2 * BFLOAT16_WIDTH + column, paired(first, second));
    }
  }
}

static void transpose_tile(const uint32_t *source, uint32_t *target) {
  for (int64_t row = 0; row < BFLOAT16_WIDTH; row += LANES)
    for (int64_t column = 0; column < BFLOAT16_WIDTH; column += LANES)
      transpose_square((const float *)source + row * BFLOAT16_WIDTH + column, BFLOAT16_WIDTH, LANES,
                       (float *)target + column * BFLOAT16_WIDTH + row, BFLOAT16_WIDTH);
}

// MARK: Packing

INLINE int64_t bfloat16_steps(int64_t depth) { return chunks_of(depth, BFLOAT16_DEPTH); }

/// Blocks take panels in twos.
INLINE int64_t bfloat16_panels(int64_t width) { return 2 * chunks_of(width, BFLOAT16_BLOCK); }

static int64_t packed_count_bfloat16(int64_t depth, int64_t columns) {
  return bfloat16_panels(columns) * bfloat16_steps(depth) * BFLOAT16_TILE / 2;
}

/// A step of all panels: the source is read along its rows, from panel to panel.
static void pack_bfloat16_step(void *context, int64_t step, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int64_t steps = bfloat16_steps(a->depth), first = step * BFLOAT16_DEPTH;
  int64_t depth = at_most(a->depth - first, BFLOAT16_DEPTH);
  uint32_t *tile = (uint32_t *)a->packed + step * (BFLOAT16_TILE / 2);
  for (int64_t panel = 0; panel < bfloat16_panels(a->columns); panel++, tile += steps * (BFLOAT16_TILE / 2)) {
    int64_t column = panel * BFLOAT16_WIDTH, width = at_most(a->columns - column, BFLOAT16_WIDTH);
    if (width <= 0) memset(tile, 0, BFLOAT16_TILE * 2);
    else pairs_across_rows(a->source + column + first * a->depth_stride, a->depth_stride, depth, width, tile);
  }
}

/// A panel, all steps: its columns are the source's rows.
static void pack_bfloat16_panel(void *context, int64_t panel, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int64_t steps = bfloat16_steps(a->depth), column = panel * BFLOAT16_WIDTH;
  int64_t width = at_most(a->columns - column, BFLOAT16_WIDTH);
  uint32_t *tile = (uint32_t *)a->packed + panel * steps * (BFLOAT16_TILE / 2);
  uint32_t turned[BFLOAT16_TILE / 2];
  for (int64_t step = 0; step < steps; step++, tile += BFLOAT16_TILE / 2) {
    int64_t first = step * BFLOAT16_DEPTH, depth = at_most(a->depth - first, BFLOAT16_DEPTH);
    pairs_along_rows(a->source + column * a->column_stride + first, a->column_stride, width, depth, turned);
    transpose_tile(turned, tile);
  }
}

static void pack_bfloat16(braid_device *device, const braid_pack_arguments *a) {
  if (a->column_stride == 1) braid_parallel(device, bfloat16_steps(a->depth), (void *)a, pack_bfloat16_step);
  else braid_parallel(device, bfloat16_panels(a->columns), (void *)a, pack_bfloat16_panel);
}

// MARK: Blocks

/// Where the processor has no instruction for it: as many rows at once as registers hold.
#define EMULATED_ROWS 4
#define EMULATED_VECTORS (BFLOAT16_BLOCK / LANES)

static void emulated_block(const uint16_t *left, int64_t left_panel, const uint16_t *right, int64_t right_panel,
                           int64_t steps, float *sums) {
  for (int64_t row = 0; row < BFLOAT16_BLOCK; row += EMULATED_ROWS) {
    vector sum[EMULATED_ROWS][EMULATED_VECTORS] = {0};
    const uint32_t *a = (const uint32_t *)(left + row / BFLOAT16_WIDTH * left_panel) + row % BFLOAT16_WIDTH * BFLOAT16_WIDTH;
    for (int64_t step = 0; step < steps; step++)
      for (int64_t pair = 0; pair < BFLOAT16_WIDTH; pair++) {
        int64_t place = step * BFLOAT16_TILE / 2;
        for (int v = 0; v < EMULATED_VECTORS; v++) {
          int64_t column = v * LANES;
          const uint32_t *b = (const uint32_t *)(right + column / BFLOAT16_WIDTH * right_panel) + place;
          uint_vector pairs;
          memcpy(&pairs, b + pair * BFLOAT16_WIDTH + column % BFLOAT16_WIDTH, sizeof pairs);
          vector first = (vector)(pairs << 16), second = (vector)(pairs & 0xFFFF0000u);
          for (int r = 0; r < EMULATED_ROWS; r++) {
            uint_vector both = (uint_vector){0} + a[place + r * BFLOAT16_WIDTH + pair];
            sum[r][v] = multiply_add((vector)(both << 16), first, sum[r][v]);
            sum[r][v] = multiply_add((vector)(both & 0xFFFF0000u), second, sum[r][v]);
          }
        }
      }
    for (int r = 0; r < EMULATED_ROWS; r++)
      for (int v = 0; v < EMULATED_VECTORS; v++) store(sums + (row + r) * BFLOAT16_BLOCK + v * LANES, sum[r][v]);
  }
}

INLINE bfloat16_unit chosen_unit(const braid_device *device) {
  bfloat16_unit unit = braid_device_bfloat16_unit(device);
  if (!unit.block) unit.block = emulated_block;
  return unit;
}

// MARK: output = left · right

typedef struct {
  const braid_product_arguments *a;
  braid_device *device;
  bfloat16_unit unit;
  int64_t row_blocks, row_units, column_blocks, groups, steps;
} bfloat16_plan;

/// Blocks of rows of a unit: enough that what is packed of the right side is used more than once while it is near.
#define BFLOAT16_UNIT_BLOCKS 3

INLINE int64_t bfloat16_units(const braid_device *device, int64_t blocks) {
  int64_t units = parts_of(blocks, BFLOAT16_UNIT_BLOCKS), least = UNITS_A_THREAD * braid_device_threads(device);
  return units < least ? at_most(least, blocks) : units;
}

/// Bytes of some blocks of packed rows, and of a block of sums.
INLINE size_t bfloat16_bytes(int64_t blocks, int64_t steps) {
  return (size_t)(blocks * 2 * steps * BFLOAT16_TILE * 2) + BFLOAT16_BLOCK * BFLOAT16_BLOCK * sizeof(float);
}

/// Asks for the lines that a block will be written to, which arrive while it is summed up.
INLINE void expect_outputs(const epilogue *e, int64_t rows) {
  for (int64_t row = 0; row < rows; row++)
    for (int64_t column = 0; column < BFLOAT16_BLOCK; column += 16) {
      __builtin_prefetch(e->output + row * e->stride + column, 1);
      if (e->before_activation) __builtin_prefetch(e->before_activation + row * e->stride + column, 1);
    }
}

/// Sums up and finishes the blocks of some rows of packed tiles and some columns.
INLINE void bfloat16_blocks(const bfloat16_unit *unit, const uint16_t *left, const uint16_t *right, int64_t steps,
                            int64_t rows, int64_t first_column, int64_t last_column, const epilogue *begin,
                            float *sums) {
  int64_t panel = steps * BFLOAT16_TILE;
  if (unit->begin) unit->begin();
  for (int64_t column = first_column; column < last_column; column += BFLOAT16_BLOCK)
    for (int64_t row = 0; row < rows; row += BFLOAT16_BLOCK) {
      epilogue e = *begin;
      int64_t place = row * e.stride + column;
      e.columns -= column;
      e.output += place;
      if (e.before_activation) e.before_activation += place;
      if (e.bias) e.bias += column;
      int64_t height = at_most(rows - row, BFLOAT16_BLOCK);
      expect_outputs(&e, height);
      unit->block(left + row / BFLOAT16_WIDTH * panel, panel, right + column / BFLOAT16_WIDTH * panel, panel, steps, sums);
      finish(&e, (int)height, sums, BFLOAT16_BLOCK);
    }
  if (unit->end) unit->end();
}

static void bfloat16_product_unit(void *context, int64_t number, int32_t thread) {
  const bfloat16_plan *plan = context;
  const braid_product_arguments *a = plan->a;
  int64_t unit = number / plan->groups, group = number % plan->groups, steps = plan->steps;
  int64_t first = part_start(unit, plan->row_units, plan->row_blocks);
  int64_t last = part_start(unit + 1, plan->row_units, plan->row_blocks);
  int64_t row = first * BFLOAT16_BLOCK, rows = at_most(a->rows - row, (last - first) * BFLOAT16_BLOCK);
  int64_t first_column = part_start(group, plan->groups, plan->column_blocks) * BFLOAT16_BLOCK;
  int64_t last_column = part_start(group + 1, plan->groups, plan->column_blocks) * BFLOAT16_BLOCK;
  float *sums = braid_scratch(plan->device, thread, bfloat16_bytes(last - first, steps));
  uint16_t *packed = (uint16_t *)(sums + BFLOAT16_BLOCK * BFLOAT16_BLOCK);
  for (int64_t panel = 0; panel < (last - first) * 2; panel++)
    for (int64_t step = 0; step < steps; step++)
      pairs_along_rows(a->left + (row + panel * BFLOAT16_WIDTH) * a->left_stride + step * BFLOAT16_DEPTH, a->left_stride,
                       rows - panel * BFLOAT16_WIDTH, at_most(a->depth - step * BFLOAT16_DEPTH, BFLOAT16_DEPTH),
                       (uint32_t *)(packed + (panel * steps + step) * BFLOAT16_TILE));
  epilogue e = {.output = a->output + row * a->output_stride,
                .before_activation = a->before_activation ? a->before_activation + row * a->output_stride : NULL,
                .bias = a->bias,
                .stride = a->output_stride,
                .columns = a->columns,
                .continues = a->accumulate,
                .activation = a->activation};
  bfloat16_blocks(&plan->unit, packed, (const uint16_t *)a->right, steps, rows, first_column, last_column, &e, sums);
}

static void product_bfloat16(braid_device *device, const braid_product_arguments *a) {
  if (a->rows == 0 || a->columns == 0) return;
  bfloat16_plan plan = {.a = a, .device = device, .unit = chosen_unit(device)};
  plan.row_blocks = parts_of(a->rows, BFLOAT16_BLOCK);
  plan.row_units = bfloat16_units(device, plan.row_blocks);
  plan.column_blocks = parts_of(a->columns, BFLOAT16_BLOCK);
  plan.groups = at_most(plan.column_blocks, parts_of(braid_device_threads(device), plan.row_units));
  plan.steps = bfloat16_steps(a->depth);
  braid_scratch_reserve(device, bfloat16_bytes(parts_of(plan.row_blocks, plan.row_units), plan.steps));
  braid_parallel(device, plan.row_units * plan.groups, &plan, bfloat16_product_unit);
}

// MARK: output += leftᵀ · right

typedef struct {
  const braid_transposed_product_arguments *a;
  braid_device *device;
  bfloat16_unit unit;
  int64_t row_blocks, units, steps;
  float *packed;  ///< the right side
} bfloat16_transposed_plan;

static void bfloat16_transposed_unit(void *context, int64_t number, int32_t thread) {
  const bfloat16_transposed_plan *plan = context;
  const braid_transposed_product_arguments *a = plan->a;
  int64_t first = part_start(number, plan->units, plan->row_blocks);
  int64_t last = part_start(number + 1, plan->units, plan->row_blocks);
  int64_t row = first * BFLOAT16_BLOCK, rows = at_most(a->output_rows - row, (last - first) * BFLOAT16_BLOCK);
  int64_t depth = a->last_row - a->first_row, steps = plan->steps;
  float *sums = braid_scratch(plan->device, thread, bfloat16_bytes(last - first, steps));
  uint16_t *packed = (uint16_t *)(sums + BFLOAT16_BLOCK * BFLOAT16_BLOCK);
  uint32_t turned[BFLOAT16_TILE / 2];
  // Rows of the left matrix are long: a stretch of each is used as soon as it is read.
  for (int64_t step = 0; step < steps; step++)
    for (int64_t panel = 0; panel < (last - first) * 2; panel++) {
      int64_t column = panel * BFLOAT16_WIDTH, width = at_most(rows - column, BFLOAT16_WIDTH);
      const float *source = a->left + (a->first_row + step * BFLOAT16_DEPTH) * a->left_stride + row + column;
      uint32_t *tile = (uint32_t *)(packed + (panel * steps + step) * BFLOAT16_TILE);
      if (width <= 0) {
        memset(tile, 0, BFLOAT16_TILE * 2);
        continue;
      }
      pairs_across_rows(source, a->left_stride, at_most(depth - step * BFLOAT16_DEPTH, BFLOAT16_DEPTH), width, turned);
      transpose_tile(turned, tile);
    }
  epilogue e = {.output = a->output + row * a->output_columns,
                .stride = a->output_columns,
                .columns = a->output_columns,
                .continues = true};
  bfloat16_blocks(&plan->unit, packed, (const uint16_t *)plan->packed, steps, rows, 0, a->output_columns, &e, sums);
}

static void transposed_product_bfloat16(braid_device *device, const braid_transposed_product_arguments *a) {
  int64_t depth = a->last_row - a->first_row;
  if (depth <= 0 || a->output_rows == 0 || a->output_columns == 0) return;
  bfloat16_transposed_plan plan = {.a = a, .device = device, .unit = chosen_unit(device)};
  plan.row_blocks = parts_of(a->output_rows, BFLOAT16_BLOCK);
  plan.units = bfloat16_units(device, plan.row_blocks);
  plan.steps = bfloat16_steps(depth);
  size_t own = bfloat16_bytes(parts_of(plan.row_blocks, plan.units), plan.steps);
  // All threads read the right side from the memory of the first, behind what that packs for itself.
  braid_scratch_reserve(device, own);
  own = (own + 63) / 64 * 64;
  size_t shared = (size_t)packed_count_bfloat16(depth, a->output_columns) * sizeof(float);
  plan.packed = braid_scratch(device, 0, own + shared) + own / sizeof(float);
  braid_pack_arguments right = {.source = a->right + a->first_row * a->right_stride,
                                .depth = depth,
                                .columns = a->output_columns,
                                .depth_stride = a->right_stride,
                                .column_stride = 1,
                                .packed = plan.packed};
  pack_bfloat16(device, &right);
  braid_parallel(device, plan.units, &plan, bfloat16_transposed_unit);
}
