// Matrix products of bfloat16 numbers with sums in single precision.

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

/// A line of a tile: the pairs of neighbours among at most 32 values; zeros beyond.
INLINE void pairs_of_line(const float *source, int64_t count, uint32_t *line) {
  for (int64_t pair = 0; pair < TILE_LINES; pair += LANES) {
    vector low = load_within(source, 2 * pair, count), high = load_within(source, 2 * pair + LANES, count);
    store_pairs(line + pair, paired(__builtin_shufflevector(low, high, EVEN_LANES),
                                    __builtin_shufflevector(low, high, ODD_LANES)));
  }
}

/// Tile rows of 16 pairs: the pairs of neighbours in each row of `stride` floats. At most 16 rows of 32 values; zeros beyond.
static void pairs_along_rows(const float *source, int64_t stride, int64_t rows, int64_t count, uint32_t *tile) {
  for (int64_t row = 0; row < TILE_LINES; row++, source += stride, tile += TILE_LINES)
    if (row < rows) pairs_of_line(source, count, tile);
    else memset(tile, 0, LINE_BYTES);
}

/// Values further on in a row that are asked for while a tile is read.
#define AHEAD_IN_ROW (2 * TILE_LINES)

/// The same of each column's neighbours: two rows make one of the tile. At most 32 rows of 16 values.
static void pairs_across_rows(const float *source, int64_t stride, int64_t rows, int64_t count, uint32_t *tile) {
  for (int64_t row = 0; row < BFLOAT16_DEPTH; row += 2, source += 2 * stride) {
    // The tile to the right: a stretch of each row is read in turn, which nothing else would foresee.
    __builtin_prefetch(source + AHEAD_IN_ROW);
    __builtin_prefetch(source + stride + AHEAD_IN_ROW);
    for (int64_t column = 0; column < TILE_LINES; column += LANES) {
      vector first = row < rows ? load_within(source, column, count) : splat(0);
      vector second = row + 1 < rows ? load_within(source + stride, column, count) : splat(0);
      store_pairs(tile + row / 2 * TILE_LINES + column, paired(first, second));
    }
  }
}

// MARK: Packing

INLINE int64_t bfloat16_steps(int64_t depth) { return chunks_of(depth, BFLOAT16_DEPTH); }

static int64_t packed_count_bfloat16(int64_t depth, int64_t columns) {
  return panels_in_blocks(columns) * bfloat16_steps(depth) * TILE_WORDS;
}

/// A step of all panels: the source is read along its rows, from panel to panel.
static void pack_bfloat16_step(void *context, int64_t step, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int64_t steps = bfloat16_steps(a->depth), first = step * BFLOAT16_DEPTH;
  int64_t depth = at_most(a->depth - first, BFLOAT16_DEPTH);
  uint32_t *tile = (uint32_t *)a->packed + step * TILE_WORDS;
  for (int64_t panel = 0; panel < panels_in_blocks(a->columns); panel++, tile += steps * TILE_WORDS) {
    int64_t column = panel * TILE_LINES, width = at_most(a->columns - column, TILE_LINES);
    if (width <= 0) memset(tile, 0, TILE_BYTES);
    else pairs_across_rows(a->source + column + first * a->depth_stride, a->depth_stride, depth, width, tile);
  }
}

/// A panel, all steps: its columns are the source's rows.
static void pack_bfloat16_panel(void *context, int64_t panel, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int64_t steps = bfloat16_steps(a->depth), column = panel * TILE_LINES;
  int64_t width = at_most(a->columns - column, TILE_LINES);
  uint32_t *tile = (uint32_t *)a->packed + panel * steps * TILE_WORDS;
  uint32_t turned[TILE_WORDS];
  for (int64_t step = 0; step < steps; step++, tile += TILE_WORDS) {
    int64_t first = step * BFLOAT16_DEPTH, depth = at_most(a->depth - first, BFLOAT16_DEPTH);
    pairs_along_rows(a->source + column * a->column_stride + first, a->column_stride, width, depth, turned);
    transpose_tile(turned, tile);
  }
}

static void pack_bfloat16(braid_device *device, const braid_pack_arguments *a) {
  if (a->column_stride == 1) braid_parallel(device, bfloat16_steps(a->depth), (void *)a, pack_bfloat16_step);
  else braid_parallel(device, panels_in_blocks(a->columns), (void *)a, pack_bfloat16_panel);
}

// MARK: output = left · right

static void pack_left_bfloat16(const braid_product_arguments *a, int64_t row, int64_t rows, uint8_t *panel, float *least,
                               float *scales) {
  (void)least;
  (void)scales;
  // Along each row to its end, as caches foresee it.
  for (int64_t line = 0; line < TILE_LINES; line++, panel += LINE_BYTES) {
    const float *source = a->left + (row + line) * a->left_stride;
    for (int64_t first = 0; first < a->depth; first += BFLOAT16_DEPTH) {
      uint32_t *target = (uint32_t *)(panel + first / BFLOAT16_DEPTH * TILE_BYTES);
      if (line < rows) pairs_of_line(source + first, at_most(a->depth - first, BFLOAT16_DEPTH), target);
      else memset(target, 0, LINE_BYTES);
    }
  }
}

/// The pair of numbers in four bytes.
INLINE uint_vector add_pair(uint_vector sums, uint_vector a, uint_vector b) {
  vector sum = multiply_add((vector)(a << 16), (vector)(b << 16), (vector)sums);
  return (uint_vector)multiply_add((vector)(a & 0xFFFF0000u), (vector)(b & 0xFFFF0000u), sum);
}

static void emulated_block_bfloat16(const uint8_t *left, int64_t left_panel, const uint8_t *right, int64_t right_panel,
                                    int64_t steps, const lines_ahead *ahead, float *sums) {
  (void)ahead;
  emulated_block(left, left_panel, right, right_panel, steps, sums, add_pair);
}

static void product_bfloat16(braid_device *device, const braid_product_arguments *a) {
  block_product(device, a, (narrow_format){BFLOAT16_DEPTH, pack_left_bfloat16},
                chosen_multiplier(device, BRAID_BFLOAT16, emulated_block_bfloat16), (integer_scales){0});
}

// MARK: output += leftᵀ · right

typedef struct {
  const braid_transposed_product_arguments *a;
  braid_device *device;
  block_multiplier multiplier;
  row_units units;
  int64_t steps;
  float *packed;  ///< the right side
} bfloat16_transposed_plan;

static void bfloat16_transposed_unit(void *context, int64_t number, int32_t thread) {
  const bfloat16_transposed_plan *plan = context;
  const braid_transposed_product_arguments *a = plan->a;
  int64_t first = first_block(&plan->units, number), last = first_block(&plan->units, number + 1);
  int64_t row = first * BLOCK_SIDE, rows = at_most(a->output_rows - row, (last - first) * BLOCK_SIDE);
  int64_t depth = a->last_row - a->first_row, steps = plan->steps;
  block_scratch scratch = scratch_of_blocks(plan->device, thread, last - first, steps);
  uint32_t turned[TILE_WORDS];
  // Rows of the left matrix are long: a stretch of each is used as soon as it is read.
  for (int64_t step = 0; step < steps; step++)
    for (int64_t panel = 0; panel < (last - first) * 2; panel++) {
      int64_t column = panel * TILE_LINES, width = at_most(rows - column, TILE_LINES);
      const float *source = a->left + (a->first_row + step * BFLOAT16_DEPTH) * a->left_stride + row + column;
      uint32_t *tile = (uint32_t *)(scratch.packed + (panel * steps + step) * TILE_BYTES);
      if (width <= 0) {
        memset(tile, 0, TILE_BYTES);
        continue;
      }
      pairs_across_rows(source, a->left_stride, at_most(depth - step * BFLOAT16_DEPTH, BFLOAT16_DEPTH), width, turned);
      transpose_tile(turned, tile);
    }
  epilogue e = {.output = a->output + row * a->output_columns,
                .stride = a->output_columns,
                .columns = a->output_columns,
                .continues = true};
  multiply_blocks(&plan->multiplier, scratch.packed, (const uint8_t *)plan->packed, steps, rows, 0, a->output_columns, &e,
                  a->left, 0, scratch.sums);
}

static void transposed_product_bfloat16(braid_device *device, const braid_transposed_product_arguments *a) {
  int64_t depth = a->last_row - a->first_row;
  if (depth <= 0 || a->output_rows == 0 || a->output_columns == 0) return;
  bfloat16_transposed_plan plan = {.a = a, .device = device};
  plan.multiplier = chosen_multiplier(device, BRAID_BFLOAT16, emulated_block_bfloat16);
  plan.units = row_units_of(device, parts_of(a->output_rows, BLOCK_SIDE));
  plan.steps = bfloat16_steps(depth);
  size_t own = block_bytes(most_blocks(&plan.units), plan.steps);
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
  braid_parallel(device, unit_count(&plan.units), &plan, bfloat16_transposed_unit);
}
