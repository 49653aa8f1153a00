// Matrix products of 8-bit integers (Jacob et al. 2018, section 2.1: r = S (q - Z)). The left side is without a sign, each row
// from its least number to its greatest one, as activations are seldom as far below zero as above; the right side has one, and
// zero is zero. Sums are exact, and every instruction set has the same bits before an activation.

typedef uint8_t byte_vector __attribute__((vector_size(LANES)));

#define LEFT_MOST 255
#define RIGHT_MOST 127
/// Numbers no further apart count as one: what is divided by their distance would not be finite.
#define LEAST_RANGE 1e-30f

typedef struct {
  float least, greatest;  ///< not numbers where one in the row is not finite
} number_range;

/// Vectors that are looked at together, as each look has to wait for the one before.
#define RANGE_VECTORS 4

static number_range range_of(const float *row, int64_t count) {
  if (count == 0) return (number_range){0};
  vector least[RANGE_VECTORS], greatest[RANGE_VECTORS], none[RANGE_VECTORS] = {0};
  for (int v = 0; v < RANGE_VECTORS; v++) least[v] = greatest[v] = splat(row[0]);
  int64_t whole = count / (RANGE_VECTORS * LANES) * (RANGE_VECTORS * LANES);
  for (int64_t i = 0; i < whole; i += RANGE_VECTORS * LANES)
#pragma clang loop unroll(full)
    for (int v = 0; v < RANGE_VECTORS; v++) {
      vector x = load(row + i + v * LANES);
      least[v] = minimum(x, least[v]);
      greatest[v] = maximum(x, greatest[v]);
      // Zero, but for what is not finite.
      none[v] = multiply_add(x, splat(0), none[v]);
    }
  for (int v = 1; v < RANGE_VECTORS; v++) {
    least[0] = minimum(least[v], least[0]);
    greatest[0] = maximum(greatest[v], greatest[0]);
    none[0] += none[v];
  }
  for (int64_t i = whole; i < count; i += LANES) {
    vector x = lanes_until(i, count, load_until(row, i, count), splat(row[0]));
    least[0] = minimum(x, least[0]);
    greatest[0] = maximum(x, greatest[0]);
    none[0] += x * splat(0);
  }
  float sum = sum_of_lanes(none[0]);
  return (number_range){sum - maximum_of_lanes(-least[0]), sum + maximum_of_lanes(greatest[0])};
}

/// Fills the lines of a row in all tiles of a panel with the nearest integers to (x − origin) · factor. What stands beyond the
/// depth counts for nothing, as it is zero on the right side, of which the origin is zero.
static void pack_int8_row(const float *row, int64_t depth, float origin, float factor, uint8_t *line) {
  for (int64_t first = 0; first < depth; first += INT8_DEPTH, line += TILE_BYTES)
    FOR_LANES(i, INT8_DEPTH) {
      vector scaled = (load_within(row, first + i, depth) - origin) * factor;
      // 1.5 · 2²³ leaves no place for a fraction: the last bits of the sum are the nearest integer's. In a statement of its
      // own, so that it is not fused with the multiplication where there is an instruction for that.
      uint_vector integers = (uint_vector)(scaled + 0x1.8p23f);
      byte_vector bytes = __builtin_convertvector(integers, byte_vector);
      memcpy(line + i, &bytes, sizeof bytes);
    }
}

// MARK: Packing

/// The right side: tiles, and what `integer_scales` says of columns.
typedef struct {
  uint8_t *tiles;
  float *scales, *sums;
} int8_side;

static int64_t packed_count_int8(int64_t depth, int64_t columns) {
  int64_t panels = panels_in_blocks(columns);
  return panels * chunks_of(depth, INT8_DEPTH) * TILE_WORDS + 2 * panels * TILE_LINES;
}

INLINE int8_side int8_side_of(float *packed, int64_t depth, int64_t columns) {
  int64_t panels = panels_in_blocks(columns);
  float *scales = packed + panels * chunks_of(depth, INT8_DEPTH) * TILE_WORDS;
  return (int8_side){(uint8_t *)packed, scales, scales + panels * TILE_LINES};
}

static void pack_int8_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int8_side side = int8_side_of(a->packed, a->columns, a->rows);
  int64_t panel = a->first_row / TILE_LINES + unit, tiles = chunks_of(a->columns, INT8_DEPTH);
  uint8_t *first = side.tiles + panel * tiles * TILE_BYTES;
  for (int64_t line = 0; line < TILE_LINES; line++) {
    int64_t column = panel * TILE_LINES + line;
    side.scales[column] = side.sums[column] = 0;
    if (column >= a->rows) {
      clear_row(tiles, first + line * LINE_BYTES);
      continue;
    }
    const float *row = a->source + column * a->stride;
    number_range range = range_of(row, a->columns);
    float most = range.greatest > -range.least ? range.greatest : -range.least;
    // So written that what is not a number stays none, and all that is made of it.
    side.scales[column] = most <= LEAST_RANGE ? 0 : most / RIGHT_MOST;
    pack_int8_row(row, a->columns, 0, most <= LEAST_RANGE ? 0 : RIGHT_MOST / most, first + line * LINE_BYTES);
    int64_t sum = 0;
    for (int64_t tile = 0; tile < tiles; tile++)
      for (int64_t place = 0; place < LINE_BYTES; place++)
        sum += (int8_t)first[tile * TILE_BYTES + line * LINE_BYTES + place];
    side.sums[column] = side.scales[column] * (float)sum;
  }
  for (int64_t tile = 0; tile < tiles; tile++) turn_tile(first + tile * TILE_BYTES);
}

static void pack_int8(braid_device *device, const braid_pack_arguments *a) {
  braid_parallel(device, panels_in_blocks(a->last_row) - a->first_row / TILE_LINES, (void *)a, pack_int8_unit);
}

// MARK: output = left · right

static void pack_left_int8(const block_plan *plan, int64_t first, int64_t rows, uint8_t *panel, float *least, float *scales) {
  const braid_product_arguments *a = plan->a;
  for (int64_t line = 0; line < TILE_LINES; line++) {
    least[line] = scales[line] = 0;
    if (line >= rows) {
      clear_row(plan->steps, panel + line * LINE_BYTES);
      continue;
    }
    const float *row = a->left + (first + line) * a->left_stride;
    number_range range = range_of(row, a->depth);
    float width = range.greatest - range.least;
    least[line] = range.least;
    scales[line] = width <= LEAST_RANGE ? 0 : width / LEFT_MOST;
    pack_int8_row(row, a->depth, range.least, width <= LEAST_RANGE ? 0 : LEFT_MOST / width, panel + line * LINE_BYTES);
  }
}

/// The four integers in four bytes, those of a without a sign.
INLINE uint_vector add_four(uint_vector sums, uint_vector a, uint_vector b) {
  int_vector sum = (int_vector)sums;
  for (int shift = 24; shift >= 0; shift -= 8)
    sum += (int_vector)((a << shift) >> 24) * ((int_vector)(b << shift) >> 24);
  return (uint_vector)sum;
}

static void emulated_block_int8(const uint8_t *left, int64_t left_panel, const uint8_t *right, int64_t right_panel,
                                int64_t steps, const lines_ahead *ahead, float *sums) {
  (void)ahead;
  emulated_block(left, left_panel, right, right_panel, steps, sums, add_four);
}

static void product_int8(braid_device *device, const braid_product_arguments *a) {
  // What is packed is read alone.
  int8_side right = int8_side_of((float *)a->right, a->depth, a->columns);
  block_product(device, a, (narrow_format){INT8_DEPTH, pack_left_int8},
                chosen_multiplier(device, BRAID_INT8, emulated_block_int8),
                (integer_scales){.column_scales = right.scales, .column_sums = right.sums});
}
