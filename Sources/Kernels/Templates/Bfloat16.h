// Matrix products of bfloat16 numbers with sums in single precision.

/// Numbers are rounded to the nearest with an even last bit; the result is the upper half of each lane.
INLINE uint_vector rounded_bits(vector x) {
  uint_vector bits = (uint_vector)x, rounded = bits + 0x7FFFu + ((bits >> 16) & 1u);
  return (uint_vector)choose(x == x, (vector)rounded, (vector)(bits | 0x00400000u));
}

INLINE uint_vector paired(vector first, vector second) {
  return (rounded_bits(first) >> 16) | (rounded_bits(second) & 0xFFFF0000u);
}

INLINE void store_pairs(uint8_t *target, uint_vector pairs) { memcpy(target, &pairs, sizeof pairs); }

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

static void round_row(const float *values, int64_t tiles, uint8_t *line) {
  for (; tiles > 0; tiles--, values += BFLOAT16_DEPTH, line += TILE_BYTES)
    for (int64_t pair = 0; pair < TILE_LINES; pair += LANES) {
      vector low = load(values + 2 * pair), high = load(values + 2 * pair + LANES);
      store_pairs(line + pair * 4, paired(__builtin_shufflevector(low, high, EVEN_LANES),
                                          __builtin_shufflevector(low, high, ODD_LANES)));
    }
}

static void round_rows(const float *values, int64_t stride, uint8_t *tile) {
  for (int64_t line = 0; line < TILE_LINES; line++, values += 2 * stride, tile += LINE_BYTES) {
    __builtin_prefetch(values + AHEAD_IN_ROW);
    __builtin_prefetch(values + stride + AHEAD_IN_ROW);
    for (int64_t column = 0; column < TILE_LINES; column += LANES)
      store_pairs(tile + column * 4, paired(load(values + column), load(values + stride + column)));
  }
}

// MARK: Blocks

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

static block_multiplier bfloat16_multiplier(const braid_device *device) {
  block_multiplier multiplier = chosen_multiplier(device, BRAID_BFLOAT16, emulated_block_bfloat16);
  if (!multiplier.rounding.row) multiplier.rounding = (bfloat16_rounding){round_row, round_rows};
  return multiplier;
}

// MARK: Tiles

INLINE int64_t bfloat16_steps(int64_t depth) { return chunks_of(depth, BFLOAT16_DEPTH); }

/// The lines of up to 16 rows in all tiles of a panel: along each row to its end, as caches foresee it. Zeros beyond.
static void fill_left_panel(const bfloat16_rounding *rounding, const float *values, int64_t stride, int64_t rows,
                            int64_t depth, uint8_t *panel) {
  int64_t whole = depth / BFLOAT16_DEPTH, rest = depth % BFLOAT16_DEPTH;
  for (int64_t row = 0; row < TILE_LINES; row++, values += stride, panel += LINE_BYTES) {
    if (row >= rows) {
      clear_row(bfloat16_steps(depth), panel);
      continue;
    }
    rounding->row(values, whole, panel);
    if (rest == 0) continue;
    float last[BFLOAT16_DEPTH] = {0};
    memcpy(last, values + whole * BFLOAT16_DEPTH, (size_t)rest * sizeof(float));
    rounding->row(last, 1, panel + whole * TILE_BYTES);
  }
}

/// A tile of the right side's kind, of up to 32 rows and 16 columns; zeros beyond.
static void fill_right_tile(const bfloat16_rounding *rounding, const float *values, int64_t stride, int64_t rows,
                            int64_t columns, uint8_t *tile) {
  if (rows >= BFLOAT16_DEPTH && columns >= TILE_LINES) return rounding->rows(values, stride, tile);
  float whole[BFLOAT16_DEPTH][TILE_LINES] = {0};
  for (int64_t row = 0; row < at_most(rows, BFLOAT16_DEPTH) && columns > 0; row++)
    memcpy(whole[row], values + row * stride, (size_t)at_most(columns, TILE_LINES) * sizeof(float));
  rounding->rows(whole[0], TILE_LINES, tile);
}

// MARK: Packing

static int64_t packed_count_bfloat16(int64_t depth, int64_t columns) {
  return panels_in_blocks(columns) * bfloat16_steps(depth) * TILE_WORDS;
}

typedef struct {
  const braid_pack_arguments *a;
  bfloat16_rounding rounding;
  int64_t first, steps;  ///< of what is packed, a step or panel; of the whole depth
} bfloat16_packing_plan;

/// A step of all panels: the source is read along its rows, from panel to panel.
static void pack_bfloat16_step(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const bfloat16_packing_plan *p = context;
  const braid_pack_arguments *a = p->a;
  int64_t step = p->first + unit, first = step * BFLOAT16_DEPTH;
  uint8_t *tile = (uint8_t *)a->packed + step * TILE_BYTES;
  for (int64_t panel = 0; panel < panels_in_blocks(a->columns); panel++, tile += p->steps * TILE_BYTES) {
    int64_t column = panel * TILE_LINES;
    fill_right_tile(&p->rounding, a->source + first * a->stride + column, a->stride, a->rows - first, a->columns - column, tile);
  }
}

/// A panel, all steps: its columns are the source's rows.
static void pack_bfloat16_panel(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const bfloat16_packing_plan *p = context;
  const braid_pack_arguments *a = p->a;
  int64_t panel = p->first + unit, row = panel * TILE_LINES;
  uint8_t *tile = (uint8_t *)a->packed + panel * p->steps * TILE_BYTES;
  fill_left_panel(&p->rounding, a->source + row * a->stride, a->stride, a->rows - row, a->columns, tile);
  for (int64_t step = 0; step < p->steps; step++, tile += TILE_BYTES) turn_tile(tile);
}

static void pack_bfloat16(braid_device *device, const braid_pack_arguments *a) {
  bfloat16_packing_plan p = {.a = a, .rounding = bfloat16_multiplier(device).rounding};
  p.steps = bfloat16_steps(packed_depth(a));
  if (a->transposed) {
    p.first = a->first_row / TILE_LINES;
    braid_parallel(device, panels_in_blocks(a->last_row) - p.first, &p, pack_bfloat16_panel);
  } else {
    p.first = a->first_row / BFLOAT16_DEPTH;
    braid_parallel(device, bfloat16_steps(a->last_row) - p.first, &p, pack_bfloat16_step);
  }
}

// MARK: output = left · right

static void pack_left_bfloat16(const block_plan *plan, int64_t row, int64_t rows, uint8_t *panel, float *least, float *scales) {
  (void)least;
  (void)scales;
  const braid_product_arguments *a = plan->a;
  fill_left_panel(&plan->multiplier.rounding, a->left + row * a->left_stride, a->left_stride, rows, a->depth, panel);
}

static void product_bfloat16(braid_device *device, const braid_product_arguments *a) {
  block_product(device, a, (narrow_format){BFLOAT16_DEPTH, pack_left_bfloat16}, bfloat16_multiplier(device),
                (integer_scales){0});
}

// MARK: output += leftᵀ · right

/// Rows of one side.
typedef struct {
  const float *values;
  int64_t stride, columns;
} row_side;

typedef struct {
  row_side left;
  int64_t depth, steps;
  float *packed;  ///< the right side
  epilogue finish;
  braid_device *device;
  block_multiplier multiplier;
  block_units units;
} bfloat16_transposed_plan;

static void bfloat16_transposed_unit(void *context, int64_t unit, int32_t thread) {
  const bfloat16_transposed_plan *plan = context;
  const row_side *left = &plan->left;
  block_share share = block_share_of(&plan->units, unit);
  int64_t row = share.row, rows = at_most(left->columns - row, share.row_blocks * BLOCK_SIDE), steps = plan->steps;
  block_scratch scratch = scratch_of_blocks(plan->device, thread, share.row_blocks, steps);
  const block_multiplier *multiplier = &plan->multiplier;
  // Rows of the left matrix are long: a stretch of each is used as soon as it is read.
  for (int64_t step = 0; step < steps; step++)
    for (int64_t panel = 0; panel < share.row_blocks * 2; panel++) {
      int64_t column = panel * TILE_LINES, line = step * BFLOAT16_DEPTH;
      uint8_t *tile = scratch.packed + (panel * steps + step) * TILE_BYTES;
      fill_right_tile(&multiplier->rounding, left->values + line * left->stride + row + column, left->stride,
                      plan->depth - line, rows - column, tile);
      if (!multiplier->turned_block) turn_tile(tile);
    }
  epilogue e = plan->finish;
  e.output += row * (e.turned ? 1 : e.stride);
  multiply_blocks(multiplier, scratch.packed, (const uint8_t *)plan->packed, steps, rows, share.first_column,
                  share.last_column, &e, left->values, 0, scratch.sums);
}

static void transposed_product_bfloat16(braid_device *device, const braid_transposed_product_arguments *a) {
  int64_t depth = a->last_row - a->first_row;
  if (depth <= 0 || a->output_rows == 0 || a->output_columns == 0) return;
  bfloat16_transposed_plan plan = {.device = device, .depth = depth, .steps = bfloat16_steps(depth)};
  plan.multiplier = bfloat16_multiplier(device);
  if (plan.multiplier.turned_block) plan.multiplier.block = plan.multiplier.turned_block;
  row_side left = {a->left + a->first_row * a->left_stride, a->left_stride, a->output_rows};
  row_side right = {a->right + a->first_row * a->right_stride, a->right_stride, a->output_columns};
  // The right side is packed as a whole before anything is multiplied: better the smaller one.
  bool turned = left.columns < right.columns;
  plan.left = turned ? right : left;
  if (turned) right = left;
  plan.finish = (epilogue){
      .output = a->output, .stride = a->output_columns, .columns = right.columns, .turned = turned, .continues = true};
  plan.units = block_units_of(device, plan.left.columns, right.columns);
  size_t own = block_bytes(most_blocks(&plan.units), plan.steps);
  // All threads read the right side from the memory of the first, behind what that packs for itself.
  braid_scratch_reserve(device, own);
  own = (own + 63) / 64 * 64;
  size_t shared = (size_t)packed_count_bfloat16(depth, right.columns) * sizeof(float);
  plan.packed = braid_scratch(device, 0, own + shared) + own / sizeof(float);
  braid_pack_arguments packing = {.source = right.values,
                                  .rows = depth,
                                  .columns = right.columns,
                                  .stride = right.stride,
                                  .last_row = depth,
                                  .packed = plan.packed};
  pack_bfloat16(device, &packing);
  braid_parallel(device, unit_count(&plan.units), &plan, bfloat16_transposed_unit);
}
