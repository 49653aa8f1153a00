// Matrix products of 8-bit integers, with a scale for each row and column. Sums are exact, so every instruction set has the
// same bits.

typedef uint8_t byte_vector __attribute__((vector_size(LANES)));

#define INT8_MOST 127
/// What makes integers of the left side fit for instructions that take them without a sign.
#define INT8_OFFSET 128
/// Rows with no number above it count as zeros: 127 divided by them would be none.
#define INT8_LEAST 1e-30f

/// Of a row; not finite where one of its numbers is not.
static float greatest_magnitude(const float *row, int64_t count) {
  // As integers, by which what is not a number is greater than all that are.
  int_vector most = {0};
  FOR_LANES(i, count) {
    int_vector bits = (int_vector)load_until(row, i, count) & 0x7FFFFFFF, mask = bits > most;
    most = (bits & mask) | (most & ~mask);
  }
  int32_t greatest = 0;
  for (int lane = 0; lane < LANES; lane++)
    if (most[lane] > greatest) greatest = most[lane];
  float result;
  memcpy(&result, &greatest, sizeof result);
  return result;
}

/// Packs a panel, at most 16 rows, tile by tile and line by line; beyond them are zeros.
static void pack_int8_panel(const float *source, int64_t stride, int64_t rows, int64_t depth, bool is_unsigned,
                            uint8_t *panel, float *scales) {
  uint32_t offset = is_unsigned ? INT8_OFFSET : 0;
  int64_t steps = chunks_of(depth, INT8_DEPTH);
  for (int64_t row = 0; row < TILE_LINES; row++, source += stride, panel += TILE_LINE) {
    float most = row < rows ? greatest_magnitude(source, depth) : 0;
    // Written so that what is not a number keeps its scale, and with it all that is made of it.
    scales[row] = most <= INT8_LEAST ? 0 : most / INT8_MOST;
    float factor = most <= INT8_LEAST ? 0 : INT8_MOST / most;
    for (int64_t step = 0; step < steps; step++) {
      uint8_t *line = panel + step * TILE_BYTES;
      if (row >= rows) {
        memset(line, 0, TILE_LINE);
        continue;
      }
      FOR_LANES(i, INT8_DEPTH) {
        vector scaled = load_within(source, step * INT8_DEPTH + i, depth) * factor;
        // 1.5 · 2²³ leaves no place for a fraction: the last bits of the sum are the nearest integer's.
        uint_vector integers = (uint_vector)(scaled + 0x1.8p23f) + offset;
        byte_vector bytes = __builtin_convertvector(integers, byte_vector);
        memcpy(line + i, &bytes, sizeof bytes);
      }
    }
  }
}

// MARK: Packing

/// The right side: tiles, and of each column its scale and what its sums are too much by where the left side has no sign.
typedef struct {
  uint8_t *tiles;
  float *scales;
  int32_t *excess;
} int8_side;

static int64_t packed_count_int8(int64_t depth, int64_t columns) {
  int64_t panels = panels_in_blocks(columns);
  return panels * chunks_of(depth, INT8_DEPTH) * TILE_WORDS + 2 * panels * TILE_LINES;
}

INLINE int8_side int8_side_of(const float *packed, int64_t depth, int64_t columns) {
  int64_t panels = panels_in_blocks(columns);
  float *scales = (float *)packed + panels * chunks_of(depth, INT8_DEPTH) * TILE_WORDS;
  return (int8_side){(uint8_t *)packed, scales, (int32_t *)scales + panels * TILE_LINES};
}

static void pack_int8_unit(void *context, int64_t panel, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int8_side side = int8_side_of(a->packed, a->depth, a->columns);
  int64_t column = panel * TILE_LINES, steps = chunks_of(a->depth, INT8_DEPTH);
  uint8_t *tiles = side.tiles + panel * steps * TILE_BYTES;
  pack_int8_panel(a->source + column * a->column_stride, a->column_stride, at_most(a->columns - column, TILE_LINES),
                  a->depth, false, tiles, side.scales + column);
  int32_t *excess = side.excess + column;
  memset(excess, 0, TILE_LINES * sizeof *excess);
  for (int64_t step = 0; step < steps; step++, tiles += TILE_BYTES) {
    for (int64_t line = 0; line < TILE_LINES; line++)
      for (int64_t place = 0; place < TILE_LINE; place++) excess[line] += INT8_OFFSET * (int8_t)tiles[line * TILE_LINE + place];
    uint32_t turned[TILE_WORDS];
    memcpy(turned, tiles, TILE_BYTES);
    transpose_tile(turned, (uint32_t *)tiles);
  }
}

static void pack_int8(braid_device *device, const braid_pack_arguments *a) {
  braid_parallel(device, panels_in_blocks(a->columns), (void *)a, pack_int8_unit);
}

// MARK: output = left · right

static void pack_left_int8(const braid_product_arguments *a, int64_t row, int64_t rows, bool is_unsigned, uint8_t *panel,
                           float *scales) {
  pack_int8_panel(a->left + row * a->left_stride, a->left_stride, rows, a->depth, is_unsigned, panel, scales);
}

/// The four integers in four bytes.
INLINE int_vector add_four(int_vector sum, uint_vector a, uint_vector b) {
  for (int shift = 24; shift >= 0; shift -= 8) sum += ((int_vector)(a << shift) >> 24) * ((int_vector)(b << shift) >> 24);
  return sum;
}

DEFINE_EMULATED_BLOCK(int8, int_vector, add_four)

static void product_int8(braid_device *device, const braid_product_arguments *a) {
  int8_side right = int8_side_of(a->right, a->depth, a->columns);
  block_unit unit = chosen_unit(device, BRAID_INT8, emulated_block_int8);
  integer_scales scales = {.columns = right.scales, .column_excess = unit.is_unsigned ? right.excess : NULL};
  block_product(device, a, (narrow_format){INT8_DEPTH, pack_left_int8}, unit, scales);
}
