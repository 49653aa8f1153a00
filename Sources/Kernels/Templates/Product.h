// Matrix products. A tile of TILE_ROWS × PANEL outputs stays in registers while the loop over the depth adds
// one broadcast value of the left matrix times one panel row of the right one. The sum of each output runs over
// the depth in order, wherever its row stands in the batch, so packing rows together changes no bit.

/// One step of the depth: a row of the panel times the left value of each row, LEFT(r).
#define TILE_STEP(ROWS, LEFT)                                                                       \
  {                                                                                                 \
    vector b[TILE_VECTORS];                                                                         \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int v = 0; v < TILE_VECTORS; v++) b[v] = load(right + v * LANES);                          \
    right += PANEL;                                                                                 \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int r = 0; r < ROWS; r++) {                                                                \
      vector a = splat(LEFT(r));                                                                    \
      _Pragma("clang loop unroll(full)")                                                            \
      for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = multiply_add(a, b[v], sum[r][v]);          \
    }                                                                                               \
  }

/// Steps that follow each other without a look at counters and pointers, which would take places that multiplications
/// need.
#define UNROLLED_STEPS 4

/// Hides from the compiler how a pointer came about, so that it is kept in a register and not worked out at each use.
#define KEEP(pointer) __asm__("" : "+r"(pointer))

/// Left values are at left[row · row_stride + step]. Rows are addressed in threes from one pointer, which is what the
/// address modes of x86 reach without a register a row.
#define TILE_BY_ROW(ROWS)                                                                           \
  const float *group[(ROWS + 2) / 3];                                                               \
  _Pragma("clang loop unroll(full)")                                                                \
  for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] = left + 3 * g * row_stride;                    \
  int64_t step = 0;                                                                                 \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) KEEP(group[g]);                                        \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) TILE_STEP(ROWS, LEFT_BY_ROW)                           \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] += UNROLLED_STEPS;                            \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    const int u = 0;                                                                                \
    TILE_STEP(ROWS, LEFT_BY_ROW)                                                                    \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g]++;                                            \
  }
#define LEFT_BY_ROW(r) group[(r) / 3][(r) % 3 * row_stride + u]

/// Left values are at left[row + step · depth_stride].
#define TILE_BY_DEPTH(ROWS)                                                                         \
  int64_t step = 0;                                                                                 \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) {                                                      \
      TILE_STEP(ROWS, LEFT_BY_DEPTH)                                                                \
      left += depth_stride;                                                                         \
      KEEP(left);                                                                                   \
    }                                                                                               \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    TILE_STEP(ROWS, LEFT_BY_DEPTH)                                                                  \
    left += depth_stride;                                                                           \
  }
#define LEFT_BY_DEPTH(r) left[r]

/// What happens to a tile of sums on its way to memory.
typedef struct {
  float *output, *before_activation;
  const float *bias;
  int64_t stride, columns;  ///< columns of the panel that exist
  bool accumulate;
  braid_activation activation;
} epilogue;

static __attribute__((noinline)) void finish(const epilogue *e, int rows, const float *tile) {
  for (int r = 0; r < rows; r++, tile += PANEL) {
    int64_t offset = r * e->stride;
    for (int64_t column = 0; column < PANEL && column < e->columns; column += LANES) {
      float *output = e->output + offset;
      vector value = load(tile + column);
      if (e->accumulate) value += load_until(output, column, e->columns);
      if (e->bias) value += load_until(e->bias, column, e->columns);
      if (e->before_activation) store_until(e->before_activation + offset, column, e->columns, value);
      if (e->activation != BRAID_ACTIVATION_NONE) value = activate(e->activation, value);
      store_until(output, column, e->columns, value);
    }
  }
}

#define STORE_TILE(ROWS)                                                                                 \
  float tile[ROWS * PANEL];                                                                              \
  _Pragma("clang loop unroll(full)")                                                                     \
  for (int r = 0; r < ROWS; r++)                                                                         \
    _Pragma("clang loop unroll(full)")                                                                   \
    for (int v = 0; v < TILE_VECTORS; v++) store(tile + r * PANEL + v * LANES, sum[r][v]);               \
  finish(e, ROWS, tile);

/// Asks for the lines that a tile will be written to, so that they arrive while it is computed.
INLINE void prefetch_output(const epilogue *e, int rows) {
  for (int r = 0; r < rows; r++)
    for (int64_t column = 0; column < PANEL; column += 16)
      __builtin_prefetch(e->output + r * e->stride + column, 1);
}

#define DEFINE_TILE(ROWS)                                                                                  \
  static void tile_by_row_##ROWS(const float *left, int64_t row_stride, const float *right, int64_t depth, \
                                 const epilogue *e) {                                                      \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                  \
    prefetch_output(e, ROWS);                                                                              \
    TILE_BY_ROW(ROWS)                                                                                      \
    STORE_TILE(ROWS)                                                                                       \
  }                                                                                                        \
  static void tile_by_depth_##ROWS(const float *left, int64_t depth_stride, const float *right,            \
                                   int64_t depth, const epilogue *e) {                                     \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                  \
    prefetch_output(e, ROWS);                                                                              \
    TILE_BY_DEPTH(ROWS)                                                                                    \
    STORE_TILE(ROWS)                                                                                       \
  }

typedef void (*tile_function)(const float *, int64_t, const float *, int64_t, const epilogue *);

#define EACH_TILE_UP_TO_6(X) X(1) X(2) X(3) X(4) X(5) X(6)
#if TILE_ROWS == 14
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#elif TILE_ROWS == 12
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X) X(7) X(8) X(9) X(10) X(11) X(12)
#else
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X)
#endif

EACH_TILE(DEFINE_TILE)

#define BY_ROW(ROWS) tile_by_row_##ROWS,
#define BY_DEPTH(ROWS) tile_by_depth_##ROWS,
static const tile_function tiles_by_row[] = {0, EACH_TILE(BY_ROW)};
static const tile_function tiles_by_depth[] = {0, EACH_TILE(BY_DEPTH)};

/// Rows are dealt to tiles evenly, since a last tile of one row would run at a fraction of the speed.
INLINE int64_t tile_start(int64_t tile, int64_t tiles, int64_t rows) { return tile * rows / tiles; }

// MARK: Packing

static int64_t packed_count(int64_t depth, int64_t columns) {
  return (columns + PANEL - 1) / PANEL * PANEL * depth;
}

/// Steps of the depth that one unit packs: enough to be worth a unit, few enough to spread over threads.
#define PACK_STEPS 256

/// The steps [first, last) of one panel.
static void pack_panel(const braid_pack_arguments *a, int64_t panel, int64_t first, int64_t last) {
  int64_t column = panel * PANEL, count = a->columns - column < PANEL ? a->columns - column : PANEL;
  float *target = a->packed + panel * PANEL * a->depth + first * PANEL;
  const float *source = a->source + column * a->column_stride + first * a->depth_stride;
  if (a->column_stride == 1 && count == PANEL) {
    for (int64_t step = first; step < last; step++, target += PANEL, source += a->depth_stride)
      for (int v = 0; v < TILE_VECTORS; v++) store(target + v * LANES, load(source + v * LANES));
    return;
  }
  // A transposed source is read along its rows, a stretch of steps at a time that stays in the first cache.
  for (int64_t begin = first; begin < last; begin += LANES) {
    int64_t steps = last - begin < LANES ? last - begin : LANES;
    for (int64_t c = 0; c < PANEL; c++)
      for (int64_t s = 0; s < steps; s++)
        target[s * PANEL + c] = c < count ? source[c * a->column_stride + s * a->depth_stride] : 0;
    target += LANES * PANEL;
    source += LANES * a->depth_stride;
  }
}

static void pack_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_pack_arguments *a = context;
  int64_t chunks = (a->depth + PACK_STEPS - 1) / PACK_STEPS, first = unit % chunks * PACK_STEPS;
  pack_panel(a, unit / chunks, first, first + PACK_STEPS < a->depth ? first + PACK_STEPS : a->depth);
}

static void pack(braid_device *device, const braid_pack_arguments *a) {
  int64_t panels = (a->columns + PANEL - 1) / PANEL, chunks = (a->depth + PACK_STEPS - 1) / PACK_STEPS;
  braid_parallel(device, panels * chunks, (void *)a, pack_unit);
}

// MARK: output = left · right

/// Bytes of the left matrix that should stay in the second cache while panels of the right one pass by.
#define LEFT_BLOCK_BYTES (384 << 10)
/// Panels of a unit: the left block is read from memory once in so many panels.
#define UNIT_PANELS 6

typedef struct {
  const braid_product_arguments *a;
  int64_t tiles, block_tiles, groups, panels;
} product_plan;

static void product_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const product_plan *plan = context;
  const braid_product_arguments *a = plan->a;
  int64_t block = unit / plan->groups, group = unit % plan->groups;
  int64_t first_tile = block * plan->block_tiles;
  int64_t last_tile = first_tile + plan->block_tiles < plan->tiles ? first_tile + plan->block_tiles : plan->tiles;
  int64_t first_panel = group * UNIT_PANELS;
  int64_t last_panel = first_panel + UNIT_PANELS < plan->panels ? first_panel + UNIT_PANELS : plan->panels;
  for (int64_t panel = first_panel; panel < last_panel; panel++) {
    int64_t column = panel * PANEL;
    epilogue e = {
        .bias = a->bias ? a->bias + column : NULL,
        .stride = a->output_stride,
        .columns = a->columns - column,
        .accumulate = a->accumulate,
        .activation = a->activation,
    };
    for (int64_t tile = first_tile; tile < last_tile; tile++) {
      int64_t row = tile_start(tile, plan->tiles, a->rows), end = tile_start(tile + 1, plan->tiles, a->rows);
      e.output = a->output + row * a->output_stride + column;
      e.before_activation = a->before_activation ? a->before_activation + row * a->output_stride + column : NULL;
      tiles_by_row[end - row](a->left + row * a->left_stride, a->left_stride,
                              a->right_packed + panel * PANEL * a->depth, a->depth, &e);
    }
  }
}

static void product(braid_device *device, const braid_product_arguments *a) {
  if (a->rows == 0 || a->columns == 0) return;
  product_plan plan = {.a = a};
  plan.tiles = (a->rows + TILE_ROWS - 1) / TILE_ROWS;
  plan.panels = (a->columns + PANEL - 1) / PANEL;
  plan.groups = (plan.panels + UNIT_PANELS - 1) / UNIT_PANELS;
  int64_t tile_bytes = TILE_ROWS * a->depth * 4;
  int64_t most = LEFT_BLOCK_BYTES / (tile_bytes ? tile_bytes : 1);
  most = most < 1 ? 1 : most > 24 ? 24 : most;
  int64_t blocks = (plan.tiles + most - 1) / most;
  plan.block_tiles = (plan.tiles + blocks - 1) / blocks;
  blocks = (plan.tiles + plan.block_tiles - 1) / plan.block_tiles;
  braid_parallel(device, blocks * plan.groups, &plan, product_unit);
}

/// A product small enough for one thread, by tiles of either kind. `stride` is the left matrix's: from row to row
/// for tiles by row, from one step of the depth to the next for tiles by depth.
INLINE void small_product(const tile_function *kind, const float *left, int64_t stride, const float *right,
                          int64_t rows, int64_t columns, int64_t depth, float *output, int64_t output_stride) {
  int64_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS, row_stride = kind == tiles_by_row ? stride : 1;
  for (int64_t column = 0; column < columns; column += PANEL, right += depth * PANEL) {
    epilogue e = {.stride = output_stride, .columns = columns - column};
    for (int64_t tile = 0; tile < tiles; tile++) {
      int64_t row = tile_start(tile, tiles, rows), end = tile_start(tile + 1, tiles, rows);
      e.output = output + row * output_stride + column;
      kind[end - row](left + row * row_stride, stride, right, depth, &e);
    }
  }
}

// MARK: output += leftᵀ · right

/// Output tiles whose slices of the left matrix a unit copies side by side before it multiplies.
#define UNIT_TILES 8

typedef struct {
  const braid_transposed_product_arguments *a;
  int64_t tiles, block_tiles;
  braid_device *device;
} transposed_plan;

INLINE size_t slice_bytes(const transposed_plan *plan) {
  return (size_t)(plan->block_tiles * (plan->a->last_row - plan->a->first_row) * TILE_ROWS) * sizeof(float);
}

static void transposed_unit(void *context, int64_t unit, int32_t thread) {
  const transposed_plan *plan = context;
  const braid_transposed_product_arguments *a = plan->a;
  int64_t depth = a->last_row - a->first_row;
  int64_t first_tile = unit * plan->block_tiles;
  int64_t last_tile = first_tile + plan->block_tiles < plan->tiles ? first_tile + plan->block_tiles : plan->tiles;
  float *slices = braid_scratch(plan->device, thread, slice_bytes(plan));
  for (int64_t step = 0; step < depth; step++) {
    const float *source = a->left + (a->first_row + step) * a->left_stride;
    for (int64_t tile = first_tile; tile < last_tile; tile++) {
      int64_t row = tile_start(tile, plan->tiles, a->output_rows);
      int64_t end = tile_start(tile + 1, plan->tiles, a->output_rows);
      float *target = slices + ((tile - first_tile) * depth + step) * TILE_ROWS;
      if (row + TILE_ROWS <= a->output_rows) memcpy(target, source + row, TILE_ROWS * sizeof(float));
      else memcpy(target, source + row, (size_t)(end - row) * sizeof(float));
    }
  }
  int64_t panels = (a->output_columns + PANEL - 1) / PANEL;
  for (int64_t panel = 0; panel < panels; panel++) {
    int64_t column = panel * PANEL;
    epilogue e = {.stride = a->output_columns, .columns = a->output_columns - column, .accumulate = true};
    const float *right = a->right_packed + (panel * a->rows + a->first_row) * PANEL;
    for (int64_t tile = first_tile; tile < last_tile; tile++) {
      int64_t row = tile_start(tile, plan->tiles, a->output_rows);
      int64_t end = tile_start(tile + 1, plan->tiles, a->output_rows);
      e.output = a->output + row * a->output_columns + column;
      tiles_by_depth[end - row](slices + (tile - first_tile) * depth * TILE_ROWS, TILE_ROWS, right, depth, &e);
    }
  }
}

static void transposed_product(braid_device *device, const braid_transposed_product_arguments *a) {
  if (a->last_row <= a->first_row || a->output_rows == 0) return;
  transposed_plan plan = {.a = a, .device = device};
  plan.tiles = (a->output_rows + TILE_ROWS - 1) / TILE_ROWS;
  int64_t units = (plan.tiles + UNIT_TILES - 1) / UNIT_TILES;
  if (units < 4 && plan.tiles >= 4) units = 4;
  plan.block_tiles = (plan.tiles + units - 1) / units;
  units = (plan.tiles + plan.block_tiles - 1) / plan.block_tiles;
  braid_scratch_reserve(device, slice_bytes(&plan));
  braid_parallel(device, units, &plan, transposed_unit);
}
