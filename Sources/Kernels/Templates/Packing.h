// Matrices in panels, as tiles read the right side of a product.

INLINE int64_t panels_of(int64_t columns) { return chunks_of(columns, PANEL); }

static int64_t packed_count_float32(int64_t depth, int64_t columns) { return panels_of(columns) * PANEL * depth; }

/// Steps of the depth that one unit packs: enough to be worth a unit, few enough to spread over threads.
#define PACK_STEPS 256

/// The steps [first, last) of one panel.
static void pack_panel(const braid_pack_arguments *a, int64_t panel, int64_t first, int64_t last) {
  int64_t column = panel * PANEL, count = at_most(a->columns - column, PANEL);
  float *target = a->packed + panel * PANEL * a->depth + first * PANEL;
  const float *source = a->source + column * a->column_stride + first * a->depth_stride;
  if (a->column_stride == 1 && count == PANEL) {
    for (int64_t step = first; step < last; step++, target += PANEL, source += a->depth_stride) {
      for (int v = 0; v < PANEL; v += 16) __builtin_prefetch(source + ROWS_AHEAD * a->depth_stride + v, 0, 2);
      for (int v = 0; v < TILE_VECTORS; v++) store(target + v * LANES, load(source + v * LANES));
    }
    return;
  }
  // A transposed source is read along its rows, a stretch of steps at a time that stays in the first cache.
  for (int64_t begin = first; begin < last; begin += LANES) {
    int64_t steps = at_most(last - begin, LANES), c = 0;
    if (a->depth_stride == 1 && steps == LANES)
      for (; c < PANEL; c += LANES)
        transpose_square(source + c * a->column_stride, a->column_stride, count - c, target + c, PANEL);
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
  int64_t chunks = chunks_of(a->depth, PACK_STEPS), first = unit % chunks * PACK_STEPS;
  pack_panel(a, unit / chunks, first, at_most(first + PACK_STEPS, a->depth));
}

static void pack(braid_device *device, const braid_pack_arguments *a) {
  braid_parallel(device, panels_of(a->columns) * chunks_of(a->depth, PACK_STEPS), (void *)a, pack_unit);
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
