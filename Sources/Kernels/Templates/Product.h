// Matrix products. A tile of TILE_ROWS × PANEL outputs stays in registers while the loop over the depth adds
// one broadcast value of the left matrix times one panel row of the right one. The sum of each output runs over
// the depth in an order that its row's place in the batch has no part in, so packing rows together changes no bit.

/// One step of the depth: a row of the panel times the left value of each row, LEFT(r).
#define TILE_STEP(ROWS, LEFT, RIGHT_STRIDE)                                                         \
  {                                                                                                 \
    vector b[TILE_VECTORS];                                                                         \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int v = 0; v < TILE_VECTORS; v++) b[v] = load(right + v * LANES);                          \
    for (int v = 0; v < PANEL; v += 16) __builtin_prefetch(right + AHEAD_OF_PANEL * RIGHT_STRIDE + v);\
    right += RIGHT_STRIDE;                                                                          \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int r = 0; r < ROWS; r++) {                                                                \
      vector a = splat(LEFT(r));                                                                    \
      _Pragma("clang loop unroll(full)")                                                            \
      for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = multiply_add(a, b[v], sum[r][v]);          \
    }                                                                                               \
  }

/// Steps of the panel that are asked for in advance: it is read once a tile, at the speed of the second cache.
#define AHEAD_OF_PANEL 16

/// Steps that follow each other without a look at counters and pointers, which would take places that multiplications
/// need.
#define UNROLLED_STEPS 4

/// Hides from the compiler how a pointer came about, so that it is kept in a register and not worked out at each use.
#define KEEP(pointer) __asm__("" : "+r"(pointer))

/// The lines that a tile will be written to are asked for row by row in the last steps: early enough to arrive, late
/// enough not to be driven out again, and never many at once.
#define OUTPUT_AHEAD(ROWS)                                                                          \
  const int64_t right_stride = e->right_stride;                                                     \
  int64_t step = 0, ahead = depth - AHEAD_STEPS(ROWS);                                              \
  const float *line = e->output;

#define AHEAD_STEPS(ROWS) ((ROWS + 4) * UNROLLED_STEPS)

#define PREFETCH_OUTPUT                                                                             \
  for (int64_t column = 0; column < PANEL; column += 16) __builtin_prefetch(line + column, 1);      \
  line += step >= ahead ? e->stride : 0;

/// Left values are at left[row · row_stride + step]. Rows are addressed in threes from one pointer, which is what the
/// address modes of x86 reach without a register a row.
#define TILE_BY_ROW(ROWS)                                                                           \
  const float *group[(ROWS + 2) / 3];                                                               \
  _Pragma("clang loop unroll(full)")                                                                \
  for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] = left + 3 * g * row_stride;                    \
  OUTPUT_AHEAD(ROWS)                                                                                \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    PREFETCH_OUTPUT                                                                                 \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) KEEP(group[g]);                                        \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) TILE_STEP(ROWS, LEFT_BY_ROW, right_stride)             \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] += UNROLLED_STEPS;                            \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    const int u = 0;                                                                                \
    TILE_STEP(ROWS, LEFT_BY_ROW, right_stride)                                                      \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g]++;                                            \
  }
#define LEFT_BY_ROW(r) group[(r) / 3][(r) % 3 * row_stride + u]

/// Left values are at left[row + step · depth_stride]. EACH_STEP is done before each step.
#define TILE_BY_DEPTH(ROWS, EACH_STEP)                                                              \
  OUTPUT_AHEAD(ROWS)                                                                                \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    PREFETCH_OUTPUT                                                                                 \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) {                                                      \
      EACH_STEP(ROWS)                                                                               \
      TILE_STEP(ROWS, LEFT_BY_DEPTH, right_stride)                                                  \
      left += depth_stride;                                                                         \
      KEEP(left);                                                                                   \
    }                                                                                               \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    EACH_STEP(ROWS)                                                                                 \
    TILE_STEP(ROWS, LEFT_BY_DEPTH, right_stride)                                                    \
    left += depth_stride;                                                                           \
  }
#define LEFT_BY_DEPTH(r) left[r]
#define NOTHING(ROWS)

/// Values that a step of a slice takes: whole vectors, so that none lies across two cache lines.
#define SLICE_STEP ((TILE_ROWS + LANES - 1) / LANES * LANES)

/// The left values of a step are copied to where the next panels find them side by side. Rows of the left matrix are
/// long: nothing but asking for them in advance would bring their lines in time.
#define COPY_TO_SLICE(ROWS)                                                                         \
  __builtin_prefetch(left + COPY_AHEAD * depth_stride);                                             \
  __builtin_prefetch(left + COPY_AHEAD * depth_stride + ROWS - 1);                                  \
  _Pragma("clang loop unroll(full)")                                                                \
  for (int lane = 0; lane < ROWS; lane += LANES)                                                    \
    store(slice + lane, load_until(left, lane, ROWS));                                              \
  slice += SLICE_STEP;

/// Rows that are asked for in advance where short stretches of long rows are copied: nothing else would foresee them.
#define COPY_AHEAD 16

/// What happens to a tile of sums on its way to memory.
typedef struct {
  float *output, *before_activation;
  const float *bias;
  int64_t stride, columns;  ///< columns of the panel that exist
  bool continues;           ///< sums are added to what the output holds
  int64_t right_stride;     ///< from one step of the right side to the next: PANEL where it is packed
  float *slice;             ///< where a tile that copies its left values puts them
  braid_activation activation;
} epilogue;

/// `width` is that of the tile, whole vectors.
static __attribute__((noinline)) void finish(const epilogue *e, int rows, const float *tile, int64_t width) {
  for (int r = 0; r < rows; r++, tile += width) {
    int64_t offset = r * e->stride;
    for (int64_t column = 0; column < width && column < e->columns; column += LANES) {
      float *output = e->output + offset;
      vector value = load(tile + column);
      if (e->continues) value += load_until(output, column, e->columns);
      if (e->bias) value += load_until(e->bias, column, e->columns);
      if (e->before_activation) store_until(e->before_activation + offset, column, e->columns, value);
      if (e->activation != BRAID_ACTIVATION_NONE) value = activate(e->activation, value);
      store_until(output, column, e->columns, value);
    }
  }
}

/// Whole panels without an activation go straight between registers and memory.
INLINE bool is_plain(const epilogue *e) {
  return e->columns >= PANEL && e->activation == BRAID_ACTIVATION_NONE && !e->before_activation;
}

#define EACH_SUM(ROWS, r, v)                                                                             \
  _Pragma("clang loop unroll(full)")                                                                     \
  for (int r = 0; r < ROWS; r++)                                                                         \
    _Pragma("clang loop unroll(full)")                                                                   \
    for (int v = 0; v < TILE_VECTORS; v++)

/// What the output holds is added last: its lines have been asked for by then, and at the start nothing could be done
/// while they came.
#define STORE_TILE(ROWS)                                                                                 \
  if (is_plain(e)) {                                                                                     \
    if (e->continues) EACH_SUM(ROWS, r, v) sum[r][v] += load(e->output + r * e->stride + v * LANES);     \
    if (e->bias) EACH_SUM(ROWS, r, v) sum[r][v] += load(e->bias + v * LANES);                            \
    EACH_SUM(ROWS, r, v) store(e->output + r * e->stride + v * LANES, sum[r][v]);                        \
  } else {                                                                                               \
    _Alignas(64) float tile[ROWS * PANEL];                                                               \
    EACH_SUM(ROWS, r, v) store(tile + r * PANEL + v * LANES, sum[r][v]);                                 \
    finish(e, ROWS, tile, PANEL);                                                                        \
  }

#define DEFINE_TILE(ROWS)                                                                                  \
  static void tile_by_row_##ROWS(const float *left, int64_t row_stride, const float *right, int64_t depth, \
                                 const epilogue *e) {                                                      \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                  \
    TILE_BY_ROW(ROWS)                                                                                      \
    STORE_TILE(ROWS)                                                                                       \
  }                                                                                                        \
  static void tile_by_depth_##ROWS(const float *left, int64_t depth_stride, const float *right,            \
                                   int64_t depth, const epilogue *e) {                                     \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                  \
    TILE_BY_DEPTH(ROWS, NOTHING)                                                                           \
    STORE_TILE(ROWS)                                                                                       \
  }                                                                                                        \
  static void tile_copying_##ROWS(const float *left, int64_t depth_stride, const float *right,             \
                                  int64_t depth, const epilogue *e) {                                      \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                  \
    float *slice = e->slice;                                                                               \
    TILE_BY_DEPTH(ROWS, COPY_TO_SLICE)                                                                     \
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
#define COPYING(ROWS) tile_copying_##ROWS,
static const tile_function tiles_by_row[] = {0, EACH_TILE(BY_ROW)};
static const tile_function tiles_by_depth[] = {0, EACH_TILE(BY_DEPTH)};
static const tile_function tiles_copying[] = {0, EACH_TILE(COPYING)};

/// Rows are dealt to tiles evenly, since a last tile of one row would run at a fraction of the speed.
INLINE int64_t tile_start(int64_t tile, int64_t tiles, int64_t rows) { return tile * rows / tiles; }

// MARK: Packing

INLINE int64_t panels_of(int64_t columns) { return (columns + PANEL - 1) / PANEL; }

static int64_t packed_count(int64_t depth, int64_t columns) { return panels_of(columns) * PANEL * depth; }

/// Steps of the depth that one unit packs: enough to be worth a unit, few enough to spread over threads.
#define PACK_STEPS 256

/// The steps [first, last) of one panel.
static void pack_panel(const braid_pack_arguments *a, int64_t panel, int64_t first, int64_t last) {
  int64_t column = panel * PANEL, count = a->columns - column < PANEL ? a->columns - column : PANEL;
  float *target = a->packed + panel * PANEL * a->depth + first * PANEL;
  const float *source = a->source + column * a->column_stride + first * a->depth_stride;
  if (a->column_stride == 1 && count == PANEL) {
    for (int64_t step = first; step < last; step++, target += PANEL, source += a->depth_stride) {
      for (int v = 0; v < PANEL; v += 16) __builtin_prefetch(source + COPY_AHEAD * a->depth_stride + v, 0, 2);
      for (int v = 0; v < TILE_VECTORS; v++) store(target + v * LANES, load(source + v * LANES));
    }
    return;
  }
  // A transposed source is read along its rows, a stretch of steps at a time that stays in the first cache.
  for (int64_t begin = first; begin < last; begin += LANES) {
    int64_t steps = last - begin < LANES ? last - begin : LANES, c = 0;
    if (a->depth_stride == 1 && steps == LANES)
      for (; c + LANES <= count; c += LANES)
        transpose_square(source + c * a->column_stride, a->column_stride, target + c, PANEL);
    for (; c < PANEL; c++)
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

/// Packs rows of `count` values each on the calling thread: the product's depth is the rows...
INLINE void pack_rows(const float *source, int64_t stride, int64_t rows, int64_t count, float *packed) {
  braid_pack_arguments a = {source, rows, count, stride, 1, packed};
  for (int64_t panel = 0; panel < panels_of(count); panel++) pack_panel(&a, panel, 0, rows);
}

/// ... or their values, the rows becoming columns.
INLINE void pack_columns(const float *source, int64_t stride, int64_t rows, int64_t count, float *packed) {
  braid_pack_arguments a = {source, count, rows, 1, stride, packed};
  for (int64_t panel = 0; panel < panels_of(rows); panel++) pack_panel(&a, panel, 0, count);
}

// MARK: output = left · right

/// Most steps of the depth in one go: panels and rows are used again while they are in cache. The sums of a deeper
/// product are added up part by part, in parts that depend on the depth alone.
#define DEPTH_BLOCK 512
/// Bytes of a group of panels that should stay in the second cache while tiles of the left matrix pass by.
#define GROUP_BYTES (800 << 10)
/// Tiles of a unit.
#define UNIT_TILES 24
/// Units of a thread: enough for one that is held up to leave some to the others.
#define UNITS_A_THREAD 2

INLINE int64_t parts_of(int64_t whole, int64_t most) { return whole == 0 ? 1 : (whole + most - 1) / most; }

/// Panels of a group for blocks of this depth.
INLINE int64_t group_panels(int64_t panels, int64_t depth) {
  int64_t most = GROUP_BYTES / (PANEL * 4 * (depth < 1 ? 1 : depth));
  return parts_of(panels, parts_of(panels, most < 1 ? 1 : most));
}

/// Blocks of tiles such that blocks times groups of panels are enough units for every thread, and as many for each.
INLINE int64_t blocks_of(const braid_device *device, int64_t tiles, int64_t groups) {
  int64_t threads = braid_device_threads(device), blocks = parts_of(tiles, UNIT_TILES);
  if (blocks * groups < UNITS_A_THREAD * threads) blocks = parts_of(UNITS_A_THREAD * threads, groups);
  while (blocks * groups % threads != 0) blocks++;
  return blocks < tiles ? blocks : tiles;
}

/// Steps of the right matrix as tiles read them, a panel at a time: where they lie, or where they were packed.
typedef struct {
  const float *values;
  int64_t step_stride, panel_stride;
  int64_t whole;      ///< columns in whole panels
  const float *last;  ///< a panel that is cut short, filled up with zeros: tiles read whole panels
} right_side;

INLINE const float *right_panel(const right_side *right, int64_t panel, epilogue *e) {
  bool is_whole = (panel + 1) * PANEL <= right->whole;
  e->right_stride = is_whole ? right->step_stride : PANEL;
  return is_whole ? right->values + panel * right->panel_stride : right->last;
}

/// `copy` has place for `steps` steps of a panel.
INLINE right_side unpacked_right(const float *values, int64_t stride, int64_t steps, int64_t columns, bool has_last,
                                 float *copy) {
  int64_t whole = columns / PANEL * PANEL;
  if (whole < columns && has_last) pack_rows(values + whole, stride, steps, columns - whole, copy);
  return (right_side){.values = values, .step_stride = stride, .panel_stride = PANEL, .whole = whole, .last = copy};
}

INLINE right_side packed_right(const float *packed, int64_t depth, int64_t panels) {
  return (right_side){.values = packed, .step_stride = PANEL, .panel_stride = depth * PANEL, .whole = panels * PANEL};
}

typedef struct {
  const braid_product_arguments *a;
  int64_t tiles, blocks, panels, groups, depth_blocks, part_depth;
  braid_device *device;
} product_plan;

INLINE size_t panel_bytes(int64_t depth) { return (size_t)(depth * PANEL) * sizeof(float); }

static void product_unit(void *context, int64_t unit, int32_t thread) {
  const product_plan *plan = context;
  const braid_product_arguments *a = plan->a;
  int64_t block = unit / plan->groups, group = unit % plan->groups;
  int64_t first_tile = block * plan->tiles / plan->blocks, last_tile = (block + 1) * plan->tiles / plan->blocks;
  int64_t first_panel = group * plan->panels / plan->groups, last_panel = (group + 1) * plan->panels / plan->groups;
  for (int64_t part = 0; part < plan->depth_blocks; part++) {
    int64_t step = part * a->depth / plan->depth_blocks, steps = (part + 1) * a->depth / plan->depth_blocks - step;
    bool is_last = part == plan->depth_blocks - 1;
    epilogue e = {
        .stride = a->output_stride,
        .continues = a->accumulate || part > 0,
        .activation = is_last ? a->activation : BRAID_ACTIVATION_NONE,
    };
    right_side right =
        a->right_stride == 0
            ? packed_right(a->right + step * PANEL, a->depth, plan->panels)
            : unpacked_right(a->right + step * a->right_stride, a->right_stride, steps, a->columns,
                             last_panel == plan->panels,
                             braid_scratch(plan->device, thread, panel_bytes(plan->part_depth)));
    for (int64_t tile = first_tile; tile < last_tile; tile++) {
      int64_t row = tile_start(tile, plan->tiles, a->rows), end = tile_start(tile + 1, plan->tiles, a->rows);
      for (int64_t panel = first_panel; panel < last_panel; panel++) {
        int64_t column = panel * PANEL, place = row * a->output_stride + column;
        e.columns = a->columns - column;
        e.output = a->output + place;
        e.before_activation = is_last && a->before_activation ? a->before_activation + place : NULL;
        e.bias = is_last && a->bias ? a->bias + column : NULL;
        const float *values = right_panel(&right, panel, &e);
        tiles_by_row[end - row](a->left + row * a->left_stride + step, a->left_stride, values, steps, &e);
      }
    }
  }
}

static void product(braid_device *device, const braid_product_arguments *a) {
  if (a->rows == 0 || a->columns == 0) return;
  product_plan plan = {.a = a, .device = device};
  plan.tiles = parts_of(a->rows, TILE_ROWS);
  plan.panels = panels_of(a->columns);
  plan.depth_blocks = parts_of(a->depth, DEPTH_BLOCK);
  plan.part_depth = parts_of(a->depth, plan.depth_blocks);
  plan.groups = parts_of(plan.panels, group_panels(plan.panels, plan.part_depth));
  plan.blocks = blocks_of(device, plan.tiles, plan.groups);
  braid_scratch_reserve(device, panel_bytes(plan.part_depth));
  braid_parallel(device, plan.blocks * plan.groups, &plan, product_unit);
}

/// A product small enough for one thread, by tiles of either kind. `stride` is the left matrix's: from row to row
/// for tiles by row, from one step of the depth to the next for tiles by depth.
INLINE void small_product(const tile_function *kind, const float *left, int64_t stride, const float *right,
                          int64_t rows, int64_t columns, int64_t depth, float *output, int64_t output_stride) {
  int64_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS, row_stride = kind == tiles_by_row ? stride : 1;
  for (int64_t column = 0; column < columns; column += PANEL, right += depth * PANEL) {
    epilogue e = {.stride = output_stride, .columns = columns - column, .right_stride = PANEL};
    for (int64_t tile = 0; tile < tiles; tile++) {
      int64_t row = tile_start(tile, tiles, rows), end = tile_start(tile + 1, tiles, rows);
      e.output = output + row * output_stride + column;
      kind[end - row](left + row * row_stride, stride, right, depth, &e);
    }
  }
}

// MARK: output += leftᵀ · right

typedef struct {
  const braid_transposed_product_arguments *a;
  int64_t tiles, blocks, panels, groups, depth_blocks, part_depth;
  braid_device *device;
} transposed_plan;

/// Bytes of a slice of the left matrix; a panel's follow.
INLINE size_t slice_bytes(int64_t depth) { return (size_t)(depth * SLICE_STEP) * sizeof(float); }

static void transposed_unit(void *context, int64_t unit, int32_t thread) {
  const transposed_plan *plan = context;
  const braid_transposed_product_arguments *a = plan->a;
  int64_t block = unit / plan->groups, group = unit % plan->groups;
  int64_t first_tile = block * plan->tiles / plan->blocks, last_tile = (block + 1) * plan->tiles / plan->blocks;
  int64_t first_panel = group * plan->panels / plan->groups, last_panel = (group + 1) * plan->panels / plan->groups;
  int64_t depth = a->last_row - a->first_row;
  float *slice = braid_scratch(plan->device, thread, slice_bytes(plan->part_depth) + panel_bytes(plan->part_depth));
  epilogue e = {.stride = a->output_columns, .continues = true, .slice = slice};
  for (int64_t part = 0; part < plan->depth_blocks; part++) {
    int64_t begin = a->first_row + part * depth / plan->depth_blocks;
    int64_t steps = a->first_row + (part + 1) * depth / plan->depth_blocks - begin;
    const float *left = a->left + begin * a->left_stride;
    right_side right =
        unpacked_right(a->right + begin * a->right_stride, a->right_stride, steps, a->output_columns,
                       last_panel == plan->panels, slice + plan->part_depth * SLICE_STEP);
    for (int64_t tile = first_tile; tile < last_tile; tile++) {
      int64_t row = tile_start(tile, plan->tiles, a->output_rows);
      int64_t rows = tile_start(tile + 1, plan->tiles, a->output_rows) - row;
      for (int64_t panel = first_panel; panel < last_panel; panel++) {
        e.output = a->output + row * a->output_columns + panel * PANEL;
        e.columns = a->output_columns - panel * PANEL;
        const float *values = right_panel(&right, panel, &e);
        if (panel == first_panel) tiles_copying[rows](left + row, a->left_stride, values, steps, &e);
        else tiles_by_depth[rows](slice, SLICE_STEP, values, steps, &e);
      }
    }
  }
}

static void transposed_product(braid_device *device, const braid_transposed_product_arguments *a) {
  if (a->last_row <= a->first_row || a->output_rows == 0 || a->output_columns == 0) return;
  transposed_plan plan = {.a = a, .device = device};
  plan.tiles = parts_of(a->output_rows, TILE_ROWS);
  plan.panels = panels_of(a->output_columns);
  plan.depth_blocks = parts_of(a->last_row - a->first_row, DEPTH_BLOCK);
  plan.part_depth = parts_of(a->last_row - a->first_row, plan.depth_blocks);
  plan.groups = parts_of(plan.panels, group_panels(plan.panels, plan.part_depth));
  plan.blocks = blocks_of(device, plan.tiles, plan.groups);
  braid_scratch_reserve(device, slice_bytes(plan.part_depth) + panel_bytes(plan.part_depth));
  braid_parallel(device, plan.blocks * plan.groups, &plan, transposed_unit);
}
