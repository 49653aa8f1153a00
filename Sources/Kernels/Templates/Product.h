// Products of single-precision matrices, cut into tiles and panels.

/// Most steps of the depth in one go: panels and rows are used again while they are in cache. The sums of a deeper
/// product are added up part by part, in parts that depend on the depth alone.
#define DEPTH_BLOCK 512
/// Bytes of a group of panels: enough that copying tiles for each group is little beside their products.
#define GROUP_BYTES (800 << 10)
/// Tiles of a unit. Their left values stay in the second cache while panels pass by, each of which meets one tile after the
/// other.
#define UNIT_TILES 24
/// Units of a thread: enough for one that is held up to leave some to the others.
#define UNITS_A_THREAD 2

/// Panels of a group for parts of this depth.
INLINE int64_t group_panels(int64_t panels, int64_t depth) {
  int64_t most = GROUP_BYTES / (PANEL * 4 * (depth < 1 ? 1 : depth));
  return parts_of(panels, parts_of(panels, most < 1 ? 1 : most));
}

/// Blocks of tiles such that blocks times groups of panels are enough units for every thread, and as many for each.
INLINE int64_t blocks_of(const braid_device *device, int64_t tiles, int64_t groups) {
  int64_t threads = braid_device_threads(device), blocks = parts_of(tiles, UNIT_TILES);
  if (blocks * groups < UNITS_A_THREAD * threads) blocks = parts_of(UNITS_A_THREAD * threads, groups);
  while (blocks * groups % threads != 0) blocks++;
  return at_most(blocks, tiles);
}

/// Units are blocks of tiles by groups of panels; each goes over the depth part by part.
typedef struct {
  int64_t tiles, blocks, panels, groups, depth, parts, part_depth;
} product_grid;

INLINE product_grid grid_of(const braid_device *device, int64_t rows, int64_t columns, int64_t depth) {
  product_grid grid = {.depth = depth};
  grid.tiles = parts_of(rows, TILE_ROWS);
  grid.panels = panels_of(columns);
  grid.parts = parts_of(depth, DEPTH_BLOCK);
  grid.part_depth = parts_of(depth, grid.parts);
  grid.groups = parts_of(grid.panels, group_panels(grid.panels, grid.part_depth));
  grid.blocks = blocks_of(device, grid.tiles, grid.groups);
  return grid;
}

typedef struct {
  int64_t first_tile, last_tile, first_panel, last_panel;
} product_share;

INLINE product_share share_of(const product_grid *grid, int64_t unit) {
  int64_t block = unit / grid->groups, group = unit % grid->groups;
  return (product_share){.first_tile = part_start(block, grid->blocks, grid->tiles),
                         .last_tile = part_start(block + 1, grid->blocks, grid->tiles),
                         .first_panel = part_start(group, grid->groups, grid->panels),
                         .last_panel = part_start(group + 1, grid->groups, grid->panels)};
}

/// Steps of the right matrix as tiles read them, a panel at a time: where they lie, or where they were packed.
typedef struct {
  const float *values;
  int64_t step_stride, panel_stride;
  int64_t whole;      ///< columns in whole panels
  const float *last;  ///< a panel that is cut short, filled up with zeros: tiles read whole panels
} right_side;

/// Floats from one step to the next that put each on a page of its own, and all into few sets of the caches.
#define FAR_APART 1024

/// A panel as the tiles of a unit read it one after the other. Of steps that are far apart the first tile makes a copy for the
/// others.
INLINE const float *right_panel(const right_side *right, int64_t panel, bool has_copy, epilogue *e) {
  bool is_whole = (panel + 1) * PANEL <= right->whole, is_copied = is_whole && has_copy && right->step_stride >= FAR_APART;
  e->right_stride = is_whole && !is_copied ? right->step_stride : PANEL;
  return is_copied ? e->panel : is_whole ? right->values + panel * right->panel_stride : right->last;
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

INLINE size_t panel_bytes(int64_t depth) { return (size_t)(depth * PANEL) * sizeof(float); }

// MARK: output = left · right

typedef struct {
  const braid_product_arguments *a;
  braid_device *device;
  product_grid grid;
} product_plan;

static void product_unit(void *context, int64_t unit, int32_t thread) {
  const product_plan *plan = context;
  const braid_product_arguments *a = plan->a;
  const product_grid *grid = &plan->grid;
  product_share share = share_of(grid, unit);
  float *copies = braid_scratch(plan->device, thread, 2 * panel_bytes(grid->part_depth));
  for (int64_t part = 0; part < grid->parts; part++) {
    int64_t step = part_start(part, grid->parts, grid->depth);
    int64_t steps = part_start(part + 1, grid->parts, grid->depth) - step;
    bool is_last = part == grid->parts - 1;
    epilogue e = {
        .stride = a->output_stride,
        .continues = a->accumulate || part > 0,
        .panel = copies + grid->part_depth * PANEL,
        .activation = is_last ? a->activation : BRAID_ACTIVATION_NONE,
    };
    right_side right = a->right_stride == 0
                           ? packed_right(a->right + step * PANEL, a->depth, grid->panels)
                           : unpacked_right(a->right + step * a->right_stride, a->right_stride, steps, a->columns,
                                            share.last_panel == grid->panels, copies);
    for (int64_t panel = share.first_panel; panel < share.last_panel; panel++)
      for (int64_t tile = share.first_tile; tile < share.last_tile; tile++) {
        int64_t row = part_start(tile, grid->tiles, a->rows), end = part_start(tile + 1, grid->tiles, a->rows);
        int64_t column = panel * PANEL, place = row * a->output_stride + column;
        e.columns = a->columns - column;
        e.output = a->output + place;
        e.before_activation = is_last && a->before_activation ? a->before_activation + place : NULL;
        e.slopes_at = is_last && a->slopes_at ? a->slopes_at + place : NULL;
        e.bias = is_last && a->bias ? a->bias + column : NULL;
        bool is_first = tile == share.first_tile;
        const float *values = right_panel(&right, panel, !is_first, &e);
        const tile_function *kind = is_first && e.right_stride >= FAR_APART ? tiles_by_row_copying_right : tiles_by_row;
        kind[end - row](a->left + row * a->left_stride + step, a->left_stride, values, steps, &e);
      }
  }
}

static void product(braid_device *device, const braid_product_arguments *a) {
  if (a->rows == 0 || a->columns == 0) return;
  product_plan plan = {a, device, grid_of(device, a->rows, a->columns, a->depth)};
  braid_scratch_reserve(device, 2 * panel_bytes(plan.grid.part_depth));
  braid_parallel(device, plan.grid.blocks * plan.grid.groups, &plan, product_unit);
}

/// A product small enough for one thread, by tiles of either kind. `stride` is the left matrix's: from row to row
/// for tiles by row, from one step of the depth to the next for tiles by depth.
INLINE void small_product(const tile_function *kind, const float *left, int64_t stride, const float *right,
                          int64_t rows, int64_t columns, int64_t depth, float *output, int64_t output_stride) {
  int64_t tiles = chunks_of(rows, TILE_ROWS), row_stride = kind == tiles_by_row ? stride : 1;
  for (int64_t column = 0; column < columns; column += PANEL, right += depth * PANEL) {
    epilogue e = {.stride = output_stride, .columns = columns - column, .right_stride = PANEL};
    for (int64_t tile = 0; tile < tiles; tile++) {
      int64_t row = part_start(tile, tiles, rows), end = part_start(tile + 1, tiles, rows);
      e.output = output + row * output_stride + column;
      kind[end - row](left + row * row_stride, stride, right, depth, &e);
    }
  }
}

// MARK: output += leftᵀ · right

typedef struct {
  const braid_transposed_product_arguments *a;
  braid_device *device;
  product_grid grid;
} transposed_plan;

/// Floats of a tile's slice of the left matrix.
INLINE int64_t slice_floats(const product_grid *grid) { return grid->part_depth * SLICE_STEP; }

/// Bytes of the slices of a unit, and of two panels that follow them.
INLINE size_t transposed_bytes(const product_grid *grid) {
  return (size_t)(chunks_of(grid->tiles, grid->blocks) * slice_floats(grid)) * sizeof(float) + 2 * panel_bytes(grid->part_depth);
}

static void transposed_unit(void *context, int64_t unit, int32_t thread) {
  const transposed_plan *plan = context;
  const braid_transposed_product_arguments *a = plan->a;
  const product_grid *grid = &plan->grid;
  product_share share = share_of(grid, unit);
  float *slices = braid_scratch(plan->device, thread, transposed_bytes(grid));
  float *copies = slices + (share.last_tile - share.first_tile) * slice_floats(grid);
  epilogue e = {.stride = a->output_columns, .continues = true, .panel = copies + grid->part_depth * PANEL};
  for (int64_t part = 0; part < grid->parts; part++) {
    int64_t begin = a->first_row + part_start(part, grid->parts, grid->depth);
    int64_t steps = a->first_row + part_start(part + 1, grid->parts, grid->depth) - begin;
    const float *left = a->left + begin * a->left_stride;
    right_side right = unpacked_right(a->right + begin * a->right_stride, a->right_stride, steps, a->output_columns,
                                      share.last_panel == grid->panels, copies);
    for (int64_t panel = share.first_panel; panel < share.last_panel; panel++)
      for (int64_t tile = share.first_tile; tile < share.last_tile; tile++) {
        int64_t row = part_start(tile, grid->tiles, a->output_rows);
        int64_t rows = part_start(tile + 1, grid->tiles, a->output_rows) - row;
        e.output = a->output + row * a->output_columns + panel * PANEL;
        e.columns = a->output_columns - panel * PANEL;
        e.slice = slices + (tile - share.first_tile) * slice_floats(grid);
        // The first panel's tiles copy their left values, and the right ones may be copied from the second panel on.
        bool has_slice = panel > share.first_panel, is_first = tile == share.first_tile;
        const float *values = right_panel(&right, panel, has_slice && !is_first, &e);
        if (!has_slice) tiles_by_depth_copying_left[rows](left + row, a->left_stride, values, steps, &e);
        else if (is_first && e.right_stride >= FAR_APART)
          tiles_by_depth_copying_right[rows](e.slice, SLICE_STEP, values, steps, &e);
        else tiles_by_depth[rows](e.slice, SLICE_STEP, values, steps, &e);
      }
  }
}

static void transposed_product(braid_device *device, const braid_transposed_product_arguments *a) {
  int64_t depth = a->last_row - a->first_row;
  if (depth <= 0 || a->output_rows == 0 || a->output_columns == 0) return;
  transposed_plan plan = {a, device, grid_of(device, a->output_rows, a->output_columns, depth)};
  braid_scratch_reserve(device, transposed_bytes(&plan.grid));
  braid_parallel(device, plan.grid.blocks * plan.grid.groups, &plan, transposed_unit);
}
